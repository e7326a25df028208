package com.dotmac.partner.dao.partners;

import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.internal.PagedList;
import com.dotmac.partner.dao.internal.Sha256;
import com.dotmac.partner.dao.partners.PartnerQuery.Order;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.UUID;

/**
 * Where a page of partners begins: after the last partner of the page before or, if that one was renamed meanwhile, at the partner that
 * came next.
 */
record PartnerPosition(Place last, Place next) {

    /**
     * A partner, and a digest of what the order compares. By the digest a statement sees whether the partner still has its place.
     *
     * @param mark the first bytes of SHA-256 over the id and the partner's number or name, in hexadecimal digits
     */
    record Place(UUID partnerId, String mark) {

        private static final int MARK_SIZE = 8;
        private static final int SIZE = 2 * Long.BYTES + MARK_SIZE;

        static Place of(Partner partner, Order order) {
            byte[] key =
                    (order == Order.NUMBER ? partner.number() : partner.companyName()).getBytes(StandardCharsets.UTF_8);
            byte[] digest = Sha256.of(PagedList.put(ByteBuffer.allocate(2 * Long.BYTES + key.length), partner.id())
                    .put(key)
                    .array());
            return new Place(partner.id(), HexFormat.of().formatHex(digest, 0, MARK_SIZE));
        }

        private static Place read(ByteBuffer place) {
            UUID partnerId = PagedList.id(place);
            byte[] mark = new byte[MARK_SIZE];
            place.get(mark);
            return new Place(partnerId, HexFormat.of().formatHex(mark));
        }

        private void write(ByteBuffer place) {
            PagedList.put(place, partnerId).put(HexFormat.of().parseHex(mark));
        }
    }

    static PartnerPosition of(String token, PagedList list) {
        ByteBuffer places = ByteBuffer.wrap(list.place(token, 2 * Place.SIZE));
        return new PartnerPosition(Place.read(places), Place.read(places));
    }

    String token(PagedList list) {
        ByteBuffer places = ByteBuffer.allocate(2 * Place.SIZE);
        last.write(places);
        next.write(places);
        return list.token(places.array());
    }

    static PartnerException.InvalidInput lost() {
        return new PartnerException.InvalidInput(
                "the partners at which the page begins have other names or numbers now; begin" + " without a token");
    }
}
