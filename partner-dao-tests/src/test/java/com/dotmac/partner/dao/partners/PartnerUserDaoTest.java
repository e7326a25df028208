package com.dotmac.partner.dao.partners;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.dotmac.partner.dao.basics.Outcome;
import com.dotmac.partner.dao.basics.PartnerException.ConstraintViolated;
import com.dotmac.partner.dao.basics.PartnerException.IdempotencyConflict;
import com.dotmac.partner.dao.basics.PartnerException.IllegalTransition;
import com.dotmac.partner.dao.basics.PartnerException.NotFound;
import com.dotmac.partner.dao.partners.PartnerUser.Status;
import com.dotmac.partner.dao.support.Programme;
import com.dotmac.partner.dao.support.Together;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@Tag("server")
@ExtendWith(PartnerDatabaseExtension.class)
class PartnerUserDaoTest {

    private final Programme programme;
    private final PartnerUserDao users;
    private final Partner partner;

    PartnerUserDaoTest(PartnerDatabase database) {
        programme = new Programme(database);
        users = programme.acme.users();
        partner = programme.activePartner("0.1");
    }

    private UUID hostUser() {
        UUID id = UUID.randomUUID();
        programme.sql.execute("insert into users values (?)", id);
        return id;
    }

    private NewPartnerUser named(String name) {
        return NewPartnerUser.of("u-" + name, partner.id(), name + "@northwind.example", name, "clerk");
    }

    private PartnerUser added(String name) {
        return users.add(named(name)).value();
    }

    @Test
    @Tag("fast")
    void a_user_is_added_once_and_found() {
        UUID hostUser = hostUser();
        NewPartnerUser ann = named("Ann").linkedTo(hostUser);

        PartnerUser added = users.add(ann).value();
        assertThat(added)
                .isEqualTo(new PartnerUser(
                        added.id(),
                        partner.id(),
                        "Ann@northwind.example",
                        "Ann",
                        "clerk",
                        Optional.of(hostUser),
                        Status.ACTIVE,
                        Optional.empty(),
                        1,
                        added.createdAt(),
                        "user:42",
                        added.createdAt(),
                        "user:42"));
        String before = programme.fingerprint();
        assertThat(users.add(ann)).isEqualTo(new Outcome<>(added, true));
        assertThat(programme.fingerprint()).isEqualTo(before);

        assertThat(users.find(added.id())).contains(added);
        assertThat(users.ofHostUser(hostUser)).containsExactly(added);
        assertThat(programme.other.users().find(added.id())).isEmpty();
        assertThat(programme.other.users().ofHostUser(hostUser)).isEmpty();
    }

    @Test
    void a_user_that_cannot_be_added_leaves_nothing() {
        added("Ann");
        String before = programme.fingerprint();

        assertThatThrownBy(() -> users.add(NewPartnerUser.of("u-Ann", partner.id(), "a@b", "Ann", "clerk")))
                .isInstanceOf(IdempotencyConflict.class)
                .hasMessage(
                        "the idempotency key \"u-Ann\" was used before, to add a partner user with other content; nothing was"
                                + " changed. Send the first content again, or use a new key for a new request");
        assertThatThrownBy(() -> users.add(
                        NewPartnerUser.of("u-2", partner.id(), "Ann@northwind.example", "Another Ann", "clerk")))
                .isInstanceOf(ConstraintViolated.class)
                .hasMessage(
                        "the database refused the change, constraint partner_user_email_is_unique: duplicate key value"
                                + " violates unique constraint \"partner_user_email_is_unique\"");
        UUID nobody = UUID.randomUUID();
        assertThatThrownBy(() -> users.add(named("Ben").linkedTo(nobody)))
                .isInstanceOf(NotFound.class)
                .hasMessage("this tenant has no user " + nobody + "; check the id and the tenant");
        assertThatThrownBy(() -> programme.other.users().add(named("Ben")))
                .isInstanceOf(NotFound.class)
                .hasMessage("this tenant has no partner " + partner.id() + "; check the id and the tenant");
        assertThat(programme.fingerprint()).isEqualTo(before);
    }

    @Test
    void a_change_of_the_version_that_was_read_is_made_and_of_a_stale_one_not() {
        PartnerUser ann = added("Ann");
        UUID hostUser = hostUser();

        PartnerUser changed = users.change(PartnerUserUpdate.of(ann)
                        .withEmail("ann@new.example")
                        .withFullName("Ann Other")
                        .withRole("owner")
                        .linkedTo(hostUser))
                .orElseThrow();
        assertThat(changed.email() + " " + changed.fullName() + " " + changed.role())
                .isEqualTo("ann@new.example Ann Other owner");
        assertThat(changed.hostUserId()).contains(hostUser);
        assertThat(changed.rowVersion()).isEqualTo(2);

        String before = programme.fingerprint();
        assertThat(users.change(PartnerUserUpdate.of(ann).withRole("clerk"))).isEmpty();
        assertThat(programme.fingerprint()).isEqualTo(before);
        assertThat(users.change(PartnerUserUpdate.of(changed).unlinked())
                        .orElseThrow()
                        .hostUserId())
                .isEmpty();
    }

    @Test
    void of_eight_changes_of_one_version_one_is_made() throws Exception {
        PartnerUser ann = added("Ann");

        List<Optional<PartnerUser>> changes =
                Together.run(8, thread -> users.change(PartnerUserUpdate.of(ann).withRole("role " + thread)));

        assertThat(changes.stream().flatMap(Optional::stream)).hasSize(1);
    }

    @Test
    void users_are_listed_by_address_including_those_who_left() {
        PartnerUser ben = added("Ben");
        PartnerUser ann = added("Ann");
        PartnerUser left = users.deactivate(ben.id(), "retired").value();

        assertThat(users.list(partner.id())).containsExactly(ann, left);
    }

    @Test
    @Tag("fast")
    void the_primary_contact_changes_from_one_user_to_another() {
        PartnerUser ann = added("Ann");
        PartnerUser ben = added("Ben");
        assertThat(users.primaryContact(partner.id())).isEmpty();

        Outcome<PartnerUser> first = users.makePrimary(ann.id());
        assertThat(first.replayed()).isFalse();
        assertThat(first.value().status()).isEqualTo(Status.PRIMARY_CONTACT);
        assertThat(users.primaryContact(partner.id())).contains(first.value());

        users.makePrimary(ben.id());
        assertThat(users.list(partner.id()))
                .extracting(PartnerUser::status)
                .containsExactly(Status.ACTIVE, Status.PRIMARY_CONTACT);
        String before = programme.fingerprint();
        assertThat(users.makePrimary(ben.id()).replayed()).isTrue();
        assertThat(programme.fingerprint()).isEqualTo(before);
    }

    @Test
    void primary_contacts_made_by_eight_threads_end_with_exactly_one() throws Exception {
        List<PartnerUser> people =
                IntStream.range(0, 8).mapToObj(i -> added("Person " + i)).toList();

        Together.run(8, thread -> IntStream.range(0, 10)
                .mapToObj(i -> users.makePrimary(people.get((thread + i) % 8).id()))
                .toList());

        assertThat(users.list(partner.id()).stream().filter(user -> user.status() == Status.PRIMARY_CONTACT))
                .hasSize(1);
    }

    @Test
    void who_leaves_is_no_primary_contact_and_no_host_user_acts_as_them() {
        UUID hostUser = hostUser();
        PartnerUser ann = users.add(named("Ann").linkedTo(hostUser)).value();
        users.makePrimary(ann.id());

        PartnerUser left = users.deactivate(ann.id(), "retired").value();
        assertThat(left.status()).isEqualTo(Status.INACTIVE);
        assertThat(left.statusReason()).contains("retired");
        assertThat(left.updatedBy()).isEqualTo("user:42");
        assertThat(users.primaryContact(partner.id())).isEmpty();
        assertThat(users.ofHostUser(hostUser)).isEmpty();
        String before = programme.fingerprint();
        assertThat(users.deactivate(ann.id(), "retired")).isEqualTo(new Outcome<>(left, true));

        Stream.<Runnable>of(
                        () -> users.makePrimary(ann.id()),
                        () -> users.change(PartnerUserUpdate.of(left).withRole("owner")))
                .forEach(call -> assertThatThrownBy(call::run)
                        .isInstanceOf(IllegalTransition.class)
                        .hasMessage("partner user " + ann.id() + " is inactive; reactivate the partner user first"));
        assertThat(programme.fingerprint()).isEqualTo(before);
    }

    @Test
    void who_comes_back_acts_again_but_is_not_the_primary_contact() {
        PartnerUser ann = added("Ann");
        users.makePrimary(ann.id());
        users.deactivate(ann.id(), "on leave");

        Outcome<PartnerUser> back = users.reactivate(ann.id(), "back from leave");
        assertThat(back.replayed()).isFalse();
        assertThat(back.value().status()).isEqualTo(Status.ACTIVE);
        assertThat(back.value().statusReason()).contains("back from leave");
        assertThat(users.reactivate(ann.id(), "back from leave")).isEqualTo(new Outcome<>(back.value(), true));
    }

    @Test
    void a_user_made_primary_while_leaving_is_not_both() throws Exception {
        PartnerUser ann = added("Ann");
        PartnerUser ben = added("Ben");
        for (int round = 0; round < 20; round++) {
            users.makePrimary(ben.id());
            users.reactivate(ann.id(), "back");
            Together.run(2, thread -> thread == 0 ? leaves(ann) : becomesPrimary(ann));

            List<PartnerUser> people = users.list(partner.id());
            assertThat(people.get(0).status()).isEqualTo(Status.INACTIVE);
        }
    }

    private boolean leaves(PartnerUser user) {
        return !users.deactivate(user.id(), "gone").replayed();
    }

    private boolean becomesPrimary(PartnerUser user) {
        try {
            return !users.makePrimary(user.id()).replayed();
        } catch (IllegalTransition gone) {
            return false;
        }
    }

    @Test
    void a_deleted_host_user_leaves_the_partner_user() {
        UUID hostUser = hostUser();
        PartnerUser ann = users.add(named("Ann").linkedTo(hostUser)).value();

        programme.sql.execute("delete from users where id = ?", hostUser);

        assertThat(users.find(ann.id()).orElseThrow().hostUserId()).isEmpty();
    }

    @Test
    void a_user_of_another_tenant_is_out_of_reach() {
        PartnerUser ann = added("Ann");
        PartnerUserDao others = programme.other.users();
        String before = programme.fingerprint();

        Stream.<Runnable>of(
                        () -> others.change(PartnerUserUpdate.of(ann)),
                        () -> others.makePrimary(ann.id()),
                        () -> others.deactivate(ann.id(), "mine"),
                        () -> others.reactivate(ann.id(), "mine"))
                .forEach(call -> assertThatThrownBy(call::run)
                        .isInstanceOf(NotFound.class)
                        .hasMessage("this tenant has no partner user " + ann.id() + "; check the id and the tenant"));
        assertThat(programme.fingerprint()).isEqualTo(before);
    }
}
