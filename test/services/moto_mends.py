"""moto 5.2.1, mended where a test of containment would be misled by it: `mend()`, once, for the process.

With enforcement on, a deactivated key was taken, a Deny with an unmatched Condition denied, most trust policies were
passed over, a query with a `/` was taken for wrongly signed, and every refusal was in XML. Whether it is on or not,
sessions of GetSessionToken and GetFederationToken were the documentation's example, GetAccessKeyInfo did not know
sessions, and a replaced instance profile did not show.
"""

from urllib.parse import quote, unquote

from moto.core.exceptions import JsonRESTError
from moto.core.exceptions import _RESTError as RESTError
from moto.core.responses import ActionResult
from moto.ec2.models.iam_instance_profile import IamInstanceProfileAssociationBackend as Associations
from moto.ec2.utils import random_iam_instance_profile_association_id
from moto.iam import access_control
from moto.iam.models import iam_backends
from moto.iam.responses import IamResponse
from moto.sts.models import STSBackend
from moto.sts.responses import TokenResponse
from moto.sts.utils import random_session_token

import moto_iam


class Request(access_control.IAMRequest):
    """Refusals by the name, and in the protocol, of the service that is asked."""

    NAMES = {
        "AccessDenied": ("AccessDeniedException", "UnauthorizedOperation"),
        "InvalidClientTokenId": ("UnrecognizedClientException", "AuthFailure"),
        "SignatureDoesNotMatch": ("InvalidSignatureException", "AuthFailure"),
    }

    def _refuse(self, name, message):
        in_json, of_ec2 = self.NAMES[name]
        if not self._headers.get("Content-Type", "").startswith("application/x-www-form-urlencoded"):
            error = JsonRESTError(in_json, message)
        else:
            error = RESTError(of_ec2 if self._service == "ec2" else name, message)
        error.code = 403
        raise error

    def _raise_signature_does_not_match(self):
        self._refuse("SignatureDoesNotMatch", "The request signature does not match the one provided.")

    def _raise_invalid_access_key(self, _):
        self._refuse("InvalidClientTokenId", "The security token included in the request is invalid.")

    def _raise_access_denied(self):
        self._refuse("AccessDenied", f"User: {self._access_key.arn} is not authorized to perform: {self._action}")


def issuing_sessions(operation, kind):
    """moto answers with the documentation's example; here with a session that can be used."""

    def answer(self):
        result = operation(self).result
        backend = iam_backends[self.current_account][self.partition]
        user = backend.get_user_from_access_key_id(self.get_access_key())
        key = backend.create_temp_access_key()
        session = moto_iam.UserSession(
            account=self.current_account,
            partition=self.partition,
            user_id=user.id if user else None,
            kind=kind,
            key=key,
            token=random_session_token(),
            name=self._get_param("Name"),
            policy=self._get_param("Policy"),
        )
        moto_iam.user_sessions[key.access_key_id] = session
        result["Credentials"] |= {
            "AccessKeyId": key.access_key_id,
            "SecretAccessKey": key.secret_access_key,
            "SessionToken": session.token,
        }
        return ActionResult(result)

    return answer


def telling_the_caller(get_caller_identity):
    def answer(self, access_key_id, region):
        caller = moto_iam.find_caller(self.account_id, self.partition, access_key_id)
        if caller is None:
            return get_caller_identity(self, access_key_id, region)
        return caller.user_id, caller.arn, caller.account

    return answer


def get_access_key_info(self, access_key_id):
    """The account that has the key, of whatever kind; for an unknown key the caller's, as moto has it."""
    for account, backends in list(iam_backends.items()):
        if any(access_key_id in backend.access_keys for backend in backends.values()):
            return {"Account": account}
    return {"Account": self.account_id}


def naming_users(determine_resource):
    def resource(self):
        name = self.data.get("UserName", [None])[0]
        if name is None:
            return determine_resource(self)
        user = self.backend.users.get(name)
        return user.arn if user else f"arn:{self.partition}:iam::{self.current_account}:user/{name}"

    return resource


def showing_the_new_profile(replace):
    """In AWS DescribeInstances shows the new profile, and the association has a new id."""

    def answer(self, *args, **kwargs):
        association = replace(self, *args, **kwargs)
        association.association_id = random_iam_instance_profile_association_id()
        profile = {"Arn": association.iam_instance_profile.arn, "Id": association.association_id}
        self.modify_instance_attribute(association.instance_id, "iam_instance_profile", profile)
        return association

    return answer


def signing_encoded_queries(create_aws_request):
    """A query reaches moto decoded, where `/` and the like are signed as they are sent: `prefix=a%2F`."""

    def encoded(text):
        return quote(unquote(text), safe="-_.~")

    def answer(self):
        request = create_aws_request(self)
        path, mark, query = request.url.partition("?")
        pairs = ("=".join(map(encoded, pair.split("=", 1))) for pair in query.split("&"))
        request.url = path + mark + "&".join(pairs)
        return request

    return answer


def mend():
    access_control.IAMRequestBase._create_aws_request = signing_encoded_queries(
        access_control.IAMRequestBase._create_aws_request
    )
    access_control.create_access_key = moto_iam.create_access_key
    access_control.IAMRequestBase.check_action_permitted = moto_iam.check_action_permitted
    access_control.IAMRequest = Request
    IamResponse._determine_resource = naming_users(IamResponse._determine_resource)
    TokenResponse.get_session_token = issuing_sessions(TokenResponse.get_session_token, "GetSessionToken")
    TokenResponse.get_federation_token = issuing_sessions(TokenResponse.get_federation_token, "GetFederationToken")
    STSBackend.get_caller_identity = telling_the_caller(STSBackend.get_caller_identity)
    STSBackend.get_access_key_info = get_access_key_info
    Associations.replace_iam_instance_profile_association = showing_the_new_profile(
        Associations.replace_iam_instance_profile_association
    )
