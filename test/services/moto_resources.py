"""What a request is about, as policies name it. moto 5.2.1 asks about `*` for all but users and for roles that exist.

Source: the Service Authorization Reference. Only what tests of permissions need; the rest is asked about as `*`.
"""

import json
import re
from urllib.parse import unquote

from moto.athena.models import athena_backends
from moto.ec2.models import ec2_backends
from moto.iam.models import iam_backends
from moto.organizations.models import organizations_backends
from moto.secretsmanager.models import secretsmanager_backends
from moto.utilities.utils import get_partition


def first(data, name):
    value = data.get(name, [None])
    return value[0] if isinstance(value, list) else value


def of_iam(request, action, data):
    """ARNs of roles, instance profiles and identity providers; of those that are there with their path."""
    prefix = f"arn:{get_partition(request._region)}:iam::{request.account_id}:"
    backend = iam_backends[request.account_id][get_partition(request._region)]
    profile, role = first(data, "InstanceProfileName"), first(data, "RoleName")
    if profile:
        found = backend.instance_profiles.get(profile)
        return [found.arn if found else f"{prefix}instance-profile{first(data, 'Path') or '/'}{profile}"]
    if role:
        found = next((each for each in backend.roles.values() if each.name == role), None)
        return [found.arn if found else f"{prefix}role{first(data, 'Path') or '/'}{role}"]
    if action == "CreateOpenIDConnectProvider":
        return [f"{prefix}oidc-provider/{re.sub('^https?://', '', first(data, 'Url'))}"]
    if action == "CreateSAMLProvider":
        return [f"{prefix}saml-provider/{first(data, 'Name')}"]
    return [first(data, "OpenIDConnectProviderArn") or first(data, "SAMLProviderArn") or "*"]


def of_ec2(request, action, data):
    if action not in ("ReplaceIamInstanceProfileAssociation", "ModifyInstanceMetadataOptions"):
        return ["*"]
    instance = first(data, "InstanceId")
    if instance is None:
        associations = ec2_backends[request.account_id][request._region].iam_instance_profile_associations.values()
        instance = next(
            (each.instance_id for each in associations if each.association_id == first(data, "AssociationId")),
            "unknown",
        )
    return [f"arn:{get_partition(request._region)}:ec2:{request._region}:{request.account_id}:instance/{instance}"]


def of_lambda(request, action, _data):
    name = re.search("/functions/([^/?]+)", request._path)
    if name is None:
        return ["*"]
    place = f"{request._region}:{request.account_id}"
    return [f"arn:{get_partition(request._region)}:lambda:{place}:function:{unquote(name[1]).split(':')[-1]}"]


def of_organizations(request, action, data):
    master, partition = organizations_backends.master_accounts.get(
        request.account_id, (request.account_id, get_partition(request._region))
    )
    backend = organizations_backends[master][partition]
    policy = next((each for each in backend.policies if each.id == data.get("PolicyId")), None)
    account = next((each for each in backend.accounts if each.id == data.get("TargetId")), None)
    if policy and policy.id == "p-FullAWSAccess":
        # AWS's own policy belongs to no organization ("Resource types defined by AWS Organizations").
        owned = f"arn:{partition}:organizations::aws:policy/service_control_policy/{policy.id}"
        return [owned, *([account.arn] if account else [])]
    return [each.arn for each in (policy, account) if each] or ["*"]


def of_sns(_request, _action, data):
    return [first(data, "TopicArn") or "*"]


def of_secretsmanager(request, _action, data):
    backend = secretsmanager_backends[request.account_id][request._region]
    secret = backend.secrets.get(data.get("SecretId", ""))
    return [secret.arn if secret else "*"]


def of_athena(request, action, data):
    place = f"arn:{get_partition(request._region)}:athena:{request._region}:{request.account_id}"
    backend = athena_backends[request.account_id][request._region]
    if action in ("GetDatabase", "GetTableMetadata", "ListTableMetadata"):
        return [f"{place}:datacatalog/{data['CatalogName']}"]
    execution = backend.executions.get(data.get("QueryExecutionId"))
    query = backend.named_queries.get(data.get("NamedQueryId") or (data.get("NamedQueryIds") or [None])[0])
    named = [data.get("Name")] if action in ("CreateWorkGroup", "DeleteWorkGroup") else []
    found = [data.get("WorkGroup"), *named, *(each.workgroup for each in (execution, query) if each)]
    # moto keeps the workgroup of a query as a thing, of an execution sometimes as a name.
    name = next((getattr(each, "name", each) for each in found if each), None)
    return [f"{place}:workgroup/{name}" if name else "*"]


OF_SERVICE = {
    "iam": of_iam,
    "ec2": of_ec2,
    "lambda": of_lambda,
    "organizations": of_organizations,
    "sns": of_sns,
    "secretsmanager": of_secretsmanager,
    "athena": of_athena,
}


def passed_role(request, action, data):
    """The role that a request hands to EC2, for which iam:PassRole is asked."""
    roles = iam_backends[request.account_id][get_partition(request._region)]
    if action == "iam:AddRoleToInstanceProfile":
        return next((role.arn for role in roles.roles.values() if role.name == first(data, "RoleName")), None)
    if action == "ec2:ReplaceIamInstanceProfileAssociation":
        arn = first(data, "IamInstanceProfile.Arn")
        profile = next((each for each in roles.instance_profiles.values() if each.arn == arn), None)
        return profile.roles[0].arn if profile and profile.roles else None
    return None


def questions_of(request, resource):
    """Each action and resource that must be allowed, with what a Condition may ask besides."""
    service, _, action = request._action.partition(":")
    if service == "monitoring":
        # What CloudWatch signs as is not what policies call it.
        request._action = f"cloudwatch:{action}"
    if service == "sqs":
        # A batch has no permission of its own ("Actions, resources, and condition keys for Amazon SQS").
        request._action = request._action.removesuffix("Batch")
    data = json.loads(request._body) if request._body[:1] in (b"{", "{") else request._data
    more = {"organizations:policytype": "SERVICE_CONTROL_POLICY"} if service == "organizations" else {}
    find = OF_SERVICE.get(service)
    # moto takes the role that goes into an instance profile for what the request is about.
    asked = find and (resource == "*" or first(data, "InstanceProfileName"))
    resources = find(request, action, data) if asked else [resource]
    questions = [(request._action, each, more) for each in resources]
    role = passed_role(request, request._action, data)
    return [*questions, *([("iam:PassRole", role, {"iam:passedtoservice": "ec2.amazonaws.com"})] if role else [])]
