"""Signing in, one's own sign-in, and the administration of staff."""

from django.urls import URLPattern, path

from keizoku.console.views import exports, own_sign_in, second_factor, sign_in, single_sign_on, staff

ROUTES: list[URLPattern] = [
    path("sign-in", sign_in.sign_in, name="console-sign-in"),
    path("sign-in/second", second_factor.second_factor, name="console-second-factor"),
    path("sign-in/enrol", second_factor.enrol, name="console-enrol"),
    path("sign-in/sso", single_sign_on.depart, name="console-sign-on"),
    path("sign-in/sso/back", single_sign_on.arrive, name="console-sign-on-back"),
    path("sign-out", sign_in.sign_out, name="console-sign-out"),
    path("ticket/<str:token>", sign_in.ticket, name="console-ticket"),
    path("own", own_sign_in.own_sign_in, name="console-own-sign-in"),
    path("own/factors/new", own_sign_in.new_factor, name="console-own-factor-new"),
    path(
        "own/factors/<str:kind>/<int:factor_id>/remove",
        own_sign_in.remove_factor,
        name="console-own-factor-remove",
    ),
    path("own/recovery-codes", own_sign_in.recovery_codes, name="console-own-recovery-codes"),
    path("own/password", own_sign_in.password, name="console-own-password"),
    path("own/sessions/<int:presence_id>/end", own_sign_in.end_session, name="console-own-session-end"),
    path("own/sessions/end-others", own_sign_in.end_others, name="console-own-sessions-end"),
    path("own/staying", own_sign_in.staying, name="console-staying"),
    path("settings/staff", staff.listing, name="console-staff"),
    path("settings/staff/new", staff.new, name="console-staff-new"),
    path("settings/staff/<int:staff_id>", staff.member, name="console-staff-member"),
    path("settings/staff/<int:staff_id>/change", staff.change, name="console-staff-change"),
    path("settings/staff/<int:staff_id>/ticket", staff.ticket, name="console-staff-ticket"),
    path("settings/staff/changes/<int:number>/decide", staff.decide, name="console-staff-decide"),
    path("settings/staff/changes/<int:number>/withdraw", staff.withdraw, name="console-staff-withdraw"),
    path("exports", exports.listing, name="console-exports"),
    path("exports/new", exports.new, name="console-export-new"),
    path("exports/<int:number>", exports.one, name="console-export-request"),
    path("exports/<int:number>/decide", exports.decide, name="console-export-decide"),
    path("exports/<int:number>/withdraw", exports.withdraw, name="console-export-withdraw"),
]
