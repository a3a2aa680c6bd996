# SPDX-License-Identifier: Apache-2.0
"""A small account in moto, made through boto3; returns what was made, from the answers of the calls that made it."""
import json

import boto3

TRUST = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]})
EVERYTHING = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]})
READ = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]})
SAML = '<?xml version="1.0"?><EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://directory.example/"><IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"><SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://directory.example/sso"/></IDPSSODescriptor></EntityDescriptor>' + " " * 1000


def seed(url, certificate, private_key):
    iam = boto3.client("iam", endpoint_url=url, region_name="us-east-1")
    made = {"users": {}, "slots": {}, "roles": {}, "groups": [], "policies": [], "oidc": [], "saml": [], "certificates": [], "profiles": []}
    for name, tags in {"ci": {"Owner": "platform"}, "two-keys": {}, "retired": {}, "person": {"team": "data"}, "nothing": {}, "git": {}}.items():
        user = iam.create_user(UserName=name, Path="/", Tags=[{"Key": key, "Value": value} for key, value in tags.items()])["User"]
        made["users"][name] = user["UserId"]
    for name, active in (("ci", True), ("two-keys", True), ("two-keys", False), ("retired", False)):
        key = iam.create_access_key(UserName=name)["AccessKey"]["AccessKeyId"]
        if not active:
            iam.update_access_key(UserName=name, AccessKeyId=key, Status="Inactive")
        # By slot of the report, in the order of making: moto's list of keys has no end marker, so their ids do not count as listed.
        slot = 1 + sum(one.startswith(f"{made['users'][name]}|") for one in made["slots"])
        made["slots"][f"{made['users'][name]}|slot{slot}"] = "active" if active else "inactive"
    iam.create_login_profile(UserName="person", Password="a-Password-for-moto-1")
    policy = iam.create_policy(PolicyName="read", PolicyDocument=READ)["Policy"]["Arn"]
    made["policies"].append(policy)
    made["policies"].append(iam.create_policy(PolicyName="everything", PolicyDocument=EVERYTHING)["Policy"]["Arn"])
    iam.create_group(GroupName="admins")
    made["groups"].append("admins")
    iam.attach_group_policy(GroupName="admins", PolicyArn=made["policies"][1])
    iam.add_user_to_group(GroupName="admins", UserName="two-keys")
    iam.attach_user_policy(UserName="ci", PolicyArn=policy)
    iam.put_user_policy(UserName="git", PolicyName="push", PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "codecommit:*", "Resource": "*"}]}))
    for number in range(12):
        role = iam.create_role(RoleName=f"worker-{number}", AssumeRolePolicyDocument=TRUST)["Role"]
        made["roles"][role["RoleName"]] = role["RoleId"]
    iam.put_role_policy(RoleName="worker-0", PolicyName="all", PolicyDocument=EVERYTHING)
    iam.create_instance_profile(InstanceProfileName="worker-1")
    iam.add_role_to_instance_profile(InstanceProfileName="worker-1", RoleName="worker-1")
    made["profiles"].append("worker-1")
    made["oidc"].append(iam.create_open_id_connect_provider(Url="https://token.actions.githubusercontent.com", ClientIDList=["sts.amazonaws.com"], ThumbprintList=["6938fd4d98bab03faadb97b34396831e3780aea1"])["OpenIDConnectProviderArn"])
    made["saml"].append(iam.create_saml_provider(Name="directory", SAMLMetadataDocument=SAML)["SAMLProviderArn"])
    made["certificates"].append(iam.upload_server_certificate(ServerCertificateName="www", CertificateBody=certificate, PrivateKey=private_key)["ServerCertificateMetadata"]["ServerCertificateId"])
    return made


def seed_region(url, region, certificate, private_key):
    """What one region keeps, by the kind of row that a scan makes of it."""
    def client(service):
        return boto3.client(service, endpoint_url=url, region_name=region)

    made = {"aws.secret": set(), "aws.ssm-secure-string": set(), "aws.kms-key": set(), "aws.acm-certificate": set(), "aws.ec2-key-pair": set(), "aws.apigateway-key": set(), "aws.cognito-user-pool": set(), "aws.cognito-app-client": set(), "aws.eks-cluster": set()}
    for name in ("payments/database", "orders/token", "to-be-deleted"):
        made["aws.secret"].add(client("secretsmanager").create_secret(Name=name, SecretString="not-for-anybody")["ARN"])
    client("secretsmanager").delete_secret(SecretId="to-be-deleted", RecoveryWindowInDays=7)
    for name in ("/orders/password", "/payments/token"):
        client("ssm").put_parameter(Name=name, Value="not-for-anybody", Type="SecureString")
        made["aws.ssm-secure-string"].add(name)
    client("ssm").put_parameter(Name="/public/banner", Value="welcome", Type="String")
    for rotates in (True, False):
        key = client("kms").create_key()["KeyMetadata"]["KeyId"]
        made["aws.kms-key"].add(key)
        if rotates:
            client("kms").enable_key_rotation(KeyId=key)
    made["aws.kms-key"].add(client("kms").create_key(KeySpec="RSA_2048", KeyUsage="SIGN_VERIFY")["KeyMetadata"]["KeyId"])
    made["aws.acm-certificate"].add(client("acm").import_certificate(Certificate=certificate, PrivateKey=private_key)["CertificateArn"])
    made["aws.ec2-key-pair"].add(client("ec2").create_key_pair(KeyName="bastion")["KeyPairId"])
    made["aws.apigateway-key"].add(client("apigateway").create_api_key(name="partner", enabled=True)["id"])
    pool = client("cognito-idp").create_user_pool(PoolName="customers")["UserPool"]["Id"]
    made["aws.cognito-user-pool"].add(pool)
    made["aws.cognito-app-client"].add(f"{pool}|{client('cognito-idp').create_user_pool_client(UserPoolId=pool, ClientName='shop', GenerateSecret=True)['UserPoolClient']['ClientId']}")
    made["aws.eks-cluster"].add(client("eks").create_cluster(name="harbor", roleArn="arn:aws:iam::123456789012:role/worker-0", resourcesVpcConfig={})["cluster"]["arn"])
    return made
