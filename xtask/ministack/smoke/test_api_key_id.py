"""A function behind an API with keys learns which key was used."""

import json
import unittest
import urllib.request

import local_aws


HANDLER = """
def handle(event):
    return {"statusCode": 200, "body": json.dumps(event["requestContext"]["identity"])}
"""


class ApiKeyId(unittest.TestCase):
    def test_the_request_context_names_the_key(self):
        arn = local_aws.function("keyed", HANDLER)
        api = local_aws.client("apigateway")
        api_id = self.api(api, arn)
        key = api.create_api_key(name="tenant", enabled=True)
        plan = api.create_usage_plan(name="plan", apiStages=[{"apiId": api_id, "stage": "v1"}])["id"]
        api.create_usage_plan_key(usagePlanId=plan, keyId=key["id"], keyType="API_KEY")
        url = f"{local_aws.endpoint()}/_aws/execute-api/{api_id}/v1/calls"
        request = urllib.request.Request(url, headers={"x-api-key": key["value"]})
        identity = json.loads(urllib.request.urlopen(request).read())
        self.assertEqual((identity["apiKeyId"], identity["apiKey"]), (key["id"], key["value"]))

    def api(self, api, function):
        """A REST API with `GET /calls`, behind keys, in front of `function`."""
        api_id = api.create_rest_api(name="keyed")["id"]
        root = api.get_resources(restApiId=api_id)["items"][0]["id"]
        calls = api.create_resource(restApiId=api_id, parentId=root, pathPart="calls")["id"]
        where = {"restApiId": api_id, "resourceId": calls, "httpMethod": "GET"}
        api.put_method(**where, authorizationType="NONE", apiKeyRequired=True)
        uri = f"arn:aws:apigateway:{local_aws.REGION}:lambda:path/2015-03-31/functions/{function}/invocations"
        api.put_integration(**where, type="AWS_PROXY", integrationHttpMethod="POST", uri=uri)
        api.create_deployment(restApiId=api_id, stageName="v1")
        return api_id
