"""Who calls, and whether the call is allowed: users, sessions of users and of roles, trust, organizations.

Sources: the IAM User Guide's "AWS global condition context keys", "Compare AWS STS credentials", "Permissions for
GetFederationToken", "Permissions for GetSessionToken", "AWS JSON policy elements: Principal"; the AWS Organizations
User Guide's "Service control policies".
"""

import re
from dataclasses import dataclass, field
from datetime import datetime, timezone

from botocore.credentials import Credentials
from flask import has_request_context, request
from moto.iam.access_control import CreateAccessKeyFailure
from moto.iam.models import iam_backends
from moto.organizations.models import organizations_backends
from moto.sts.models import sts_backends

from moto_policy import as_list, concerns, effects, statements_of
from moto_resources import questions_of


# Who calls


@dataclass
class Caller:
    """A key in use: what moto asks of it, and what policies are asked with."""

    account: str
    key: str
    secret: str
    # As GetCallerIdentity says.
    arn: str
    user_id: str
    # aws:PrincipalArn
    principal: str
    # What a trust policy may name it by, beside its account.
    names: list
    policies: list
    token: str | None = None
    issued: datetime | None = None
    # What the session was given at most; None for all that its principal may.
    session_policy: str | None = None
    # GetSessionToken or GetFederationToken, for a session of a user.
    session_of_user: str | None = None
    context: dict = field(default_factory=dict)

    def create_credentials(self):
        return Credentials(self.key, self.secret, self.token)

    def may(self, *question):
        limits = [] if self.session_policy is None else [[self.session_policy]]
        decisions = [effects(policies, *question) for policies in [self.policies, *limits]]
        return all(decision == {"Allow"} for decision in decisions)


@dataclass
class UserSession:
    account: str
    partition: str
    user_id: str | None
    kind: str
    key: object
    token: str
    name: str | None
    policy: str | None


user_sessions = {}


def policies_of_user(backend, user):
    groups = backend.get_groups_for_user(user.name)
    return [
        *user.policies.values(),
        *user.managed_policies.values(),
        *(policy for group in groups for policy in [*group.policies.values(), *group.managed_policies.values()]),
    ]


def user_caller(backend, user, key):
    return Caller(
        account=user.account_id,
        key=key.access_key_id,
        secret=key.secret_access_key,
        arn=user.arn,
        user_id=user.id,
        principal=user.arn,
        names=[user.arn],
        policies=policies_of_user(backend, user),
        context={"aws:username": user.name, "aws:principaltype": "User"},
    )


def session_caller(backend, user, session):
    caller = user_caller(backend, user, session.key)
    caller.token = session.token
    caller.issued = session.key.create_date
    caller.session_of_user = session.kind
    if session.kind == "GetFederationToken":
        caller.arn = caller.principal = f"arn:{session.partition}:sts::{session.account}:federated-user/{session.name}"
        caller.names = [caller.arn]
        caller.user_id = f"{session.account}:{session.name}"
        # Without a policy of its own a federated session may do nothing.
        caller.session_policy = session.policy or '{"Statement":[]}'
        caller.context = {"aws:principaltype": "FederatedUser"}
    return caller


def role_caller(role, assumed):
    return Caller(
        account=assumed.account_id,
        key=assumed.access_key_id,
        secret=assumed.secret_access_key,
        arn=assumed.arn,
        user_id=f"{role.id}:{assumed.session_name}",
        principal=role.arn,
        names=[role.arn, assumed.arn],
        policies=[*role.policies.values(), *role.managed_policies.values()],
        token=assumed.session_token,
        issued=assumed.access_key.create_date,
        session_policy=assumed.policy,
        context={"aws:principaltype": "AssumedRole"},
    )


def find_caller(account, partition, key_id):
    """The one whose key it is; None for a key that is unknown, inactive, or of somebody who is gone."""
    backend = iam_backends[account][partition]
    user = backend.get_user_from_access_key_id(key_id)
    if user:
        key = user.get_access_key_by_id(key_id)
        return user_caller(backend, user, key) if key.status == "Active" else None
    session = user_sessions.get(key_id)
    if session:
        user = next((user for user in backend.users.values() if user.id == session.user_id), None)
        return session_caller(backend, user, session) if user else None
    assumed = sts_backends[account][partition].get_assumed_role_from_access_key(key_id)
    role = assumed and next((role for role in backend.roles.values() if role.arn == assumed.role_arn), None)
    return role_caller(role, assumed) if role else None


def create_access_key(account_id, partition, access_key_id, headers):
    caller = find_caller(account_id, partition, access_key_id)
    if caller is None:
        raise CreateAccessKeyFailure(reason="InvalidId")
    if headers.get("X-Amz-Security-Token") != caller.token:
        raise CreateAccessKeyFailure(reason="InvalidToken")
    return caller


# What they may do


def source_ip():
    """An X-Forwarded-For header tells it, so that a test on one machine can call from any address."""
    if not has_request_context():
        return "127.0.0.1"
    return request.headers.get("X-Forwarded-For") or request.remote_addr


def context_of(caller, region, data):
    def instant(time):
        return time.strftime("%Y-%m-%dT%H:%M:%SZ")

    context = {
        "aws:currenttime": instant(datetime.now(timezone.utc)),
        "aws:principalaccount": caller.account,
        "aws:principalarn": caller.principal,
        "aws:requestedregion": region,
        "aws:sourceip": source_ip(),
        "aws:userid": caller.user_id,
        "aws:viaawsservice": "false",
        **caller.context,
    }
    if caller.issued:
        # In whole seconds, as CloudTrail's sessionContext has it.
        context["aws:tokenissuetime"] = instant(caller.issued)
        context["aws:multifactorauthpresent"] = "false"
    for parameter, key in {"ExternalId": "sts:externalid", "PolicyArn": "iam:policyarn"}.items():
        if parameter in data:
            context[key] = as_list(data[parameter])[0]
    return context


def denied_by_organization(account, question):
    """Denies of the service control policies on the account and above it; none apply to the management account."""
    master, partition = organizations_backends.master_accounts.get(account, (None, None))
    if master is None:
        return False
    organization = organizations_backends[master][partition]
    target = organization.get_account_by_id(account)
    while target is not None:
        controls = [policy.content for policy in target.attached_policies if policy.type == "SERVICE_CONTROL_POLICY"]
        if "Deny" in effects(controls, *question):
            return True
        target = next((unit for unit in organization.ou if unit.id == target.parent_id), None)
    return False


def trust(role, caller, question):
    """What a trust policy says of a caller: `by name`, `by account`, or None where it does not let it in."""
    account = [f"arn:aws:iam::{caller.account}:root", caller.account, "*"]
    found = None
    for statement in statements_of(role.assume_role_policy_document):
        principal = statement.get("Principal")
        named = as_list(principal.get("AWS", []) if isinstance(principal, dict) else principal)
        by_name = any(name in named for name in caller.names)
        if not concerns(statement, *question) or not (by_name or any(name in named for name in account)):
            continue
        if statement["Effect"] == "Deny":
            return None
        found = "by name" if by_name else found or "by account"
    return found


def may_assume(caller, arn, question):
    account, partition = (arn.split(":") + [""] * 5)[4], (arn.split(":") + [""])[1]
    roles = iam_backends[account][partition].roles.values() if re.fullmatch(r"\d{12}", account) else []
    role = next((role for role in roles if role.arn == arn), None)
    trusted = role and trust(role, caller, question)
    if trusted == "by name" and account == caller.account:
        return "Deny" not in effects(caller.policies, *question)
    return bool(trusted) and caller.may(*question)


def allowed(caller, service, action, resource, region, data, more):
    if action == "sts:GetCallerIdentity":
        return True
    if action == "sts:GetSessionToken":
        # No policy has a say in it.
        return caller.token is None
    if action == "sts:GetFederationToken" and caller.token:
        return False
    if caller.session_of_user and service in ("iam", "sts"):
        if (caller.session_of_user, action) != ("GetSessionToken", "sts:AssumeRole"):
            return False
    owner = (resource.split(":") + [""] * 5)[4]
    context = {"aws:resourceaccount": owner or caller.account, **context_of(caller, region, data), **more}
    question = (action, resource, context)
    if denied_by_organization(caller.account, question):
        return False
    if action == "sts:AssumeRole":
        return may_assume(caller, resource, question)
    return caller.may(*question)


def check_action_permitted(self, resource):
    for action, named, more in questions_of(self, resource):
        if not allowed(self._access_key, self._service, action, named, self._region, self._data, more):
            self._action = action
            self._raise_access_denied()
