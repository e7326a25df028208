-- Undoes V10.
set local lock_timeout = '${host_lock_timeout}';

alter table partner_users drop constraint partner_user_is_a_host_user;
