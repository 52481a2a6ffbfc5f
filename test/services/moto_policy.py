"""What IAM policies say of a request, Conditions included; moto 5.2.1 passes over most of a Condition.

Sources: the IAM User Guide's "Policy evaluation logic" and "IAM JSON policy elements: Condition operators".
"""

import ipaddress
import re
from datetime import datetime, timezone

from moto.iam.access_control import IAMPolicy


def as_list(value):
    return value if isinstance(value, list) else [value]


def like(pattern, value, flags=0):
    parts = (".*" if c == "*" else "." if c == "?" else re.escape(c) for c in pattern)
    return re.fullmatch("".join(parts), value, flags | re.S) is not None


def any_like(patterns, value, flags=0):
    return any(like(pattern, value, flags) for pattern in as_list(patterns))


def filled(text, context):
    """A text with its policy variables filled in; None where one has no value ("IAM policy elements: Variables")."""
    names = re.findall(r"\$\{([^}]+)\}", str(text))
    if any(name.lower() not in context for name in names):
        return None
    return re.sub(r"\$\{([^}]+)\}", lambda found: context[found[1].lower()], str(text))


def all_filled(texts, context):
    return [text for text in (filled(each, context) for each in as_list(texts)) if text is not None]


def moment(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(timezone.utc)


def truth(text):
    return str(text).lower()


OPERATORS = {
    "StringEquals": lambda value, wanted: value == wanted,
    "StringEqualsIgnoreCase": lambda value, wanted: value.lower() == wanted.lower(),
    "StringLike": lambda value, wanted: like(wanted, value),
    "ArnEquals": lambda value, wanted: like(wanted, value),
    "ArnLike": lambda value, wanted: like(wanted, value),
    "Bool": lambda value, wanted: truth(value) == truth(wanted),
    "DateEquals": lambda value, wanted: moment(value) == moment(wanted),
    "DateLessThan": lambda value, wanted: moment(value) < moment(wanted),
    "DateLessThanEquals": lambda value, wanted: moment(value) <= moment(wanted),
    "DateGreaterThan": lambda value, wanted: moment(value) > moment(wanted),
    "DateGreaterThanEquals": lambda value, wanted: moment(value) >= moment(wanted),
    "IpAddress": lambda value, wanted: ipaddress.ip_address(value) in ipaddress.ip_network(wanted, strict=False),
}
NEGATED = {"StringNotEquals", "StringNotEqualsIgnoreCase", "StringNotLike", "ArnNotEquals", "ArnNotLike"}
NEGATED |= {"DateNotEquals", "NotIpAddress"}


def condition_met(operator, key, wanted, context):
    """An operator that is not known here is never met."""
    value = context.get(key.lower())
    if operator == "Null":
        return (value is None) == (truth(as_list(wanted)[0]) == "true")
    if_exists = operator.endswith("IfExists")
    operator = operator.removesuffix("IfExists")
    if value is None:
        return if_exists or operator in NEGATED
    test = OPERATORS.get(operator.replace("Not", "") if operator in NEGATED else operator)
    met = test is not None and any(test(value, each) for each in all_filled(wanted, context))
    return test is not None and met != (operator in NEGATED)


def conditions_met(statement, context):
    return all(
        condition_met(operator, key, wanted, context)
        for operator, keys in statement.get("Condition", {}).items()
        for key, wanted in keys.items()
    )


def concerns(statement, action, resource, context):
    if "NotAction" in statement:
        of_action = not any_like(statement["NotAction"], action, re.I)
    else:
        of_action = any_like(statement["Action"], action, re.I)
    if "NotResource" in statement:
        of_resource = not any_like(all_filled(statement["NotResource"], context), resource)
    else:
        # A trust policy names no resource.
        of_resource = any_like(all_filled(statement.get("Resource", "*"), context), resource)
    return of_action and of_resource and conditions_met(statement, context)


def statements_of(policy):
    return as_list(IAMPolicy(policy)._policy_json["Statement"])


def effects(policies, *question):
    return {
        statement["Effect"] for policy in policies for statement in statements_of(policy) if concerns(statement, *question)
    }
