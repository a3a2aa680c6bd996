// SPDX-License-Identifier: Apache-2.0
import { stringify } from 'yaml';

/** The name of the member role in policies and templates. */
export const MEMBER_ROLE = 'rollcall-reader';

const TRUST_NOTE = 'The role or user that Rollcall runs as, e.g. arn:aws:iam::111122223333:role/rollcall';
const EXTERNAL_NOTE = 'What the login must name to enter: an agreed word, no secret (scope.memberRole.externalId)';

/**
 * A CloudFormation template of the role that a scan assumes in an account, for a StackSet. `policy` as an IAM policy document.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-iam-role.html
 */
export function memberRoleTemplate(policy: object): string {
  return stringify({
    AWSTemplateFormatVersion: '2010-09-09',
    Description: 'The role by which Rollcall reads non-human identities and the metadata of secrets in this account',
    Parameters: {
      TrustedPrincipal: { Type: 'String', Description: TRUST_NOTE, AllowedPattern: '^arn:[a-z0-9-]+:iam::[0-9]{12}:(role|user)/.+$' },
      ExternalId: { Type: 'String', Description: EXTERNAL_NOTE, MinLength: 2, MaxLength: 1224 },
      RoleName: { Type: 'String', Default: MEMBER_ROLE },
    },
    Resources: {
      Role: {
        Type: 'AWS::IAM::Role',
        Properties: {
          RoleName: { Ref: 'RoleName' }, Description: 'Rollcall: read-only inventory of non-human identities', MaxSessionDuration: 3600,
          AssumeRolePolicyDocument: {
            Version: '2012-10-17',
            Statement: [
              { Effect: 'Allow', Principal: { AWS: { Ref: 'TrustedPrincipal' } }, Action: 'sts:AssumeRole', Condition: { StringEquals: { 'sts:ExternalId': { Ref: 'ExternalId' } } } },
              { Effect: 'Allow', Principal: { AWS: { Ref: 'TrustedPrincipal' } }, Action: 'sts:TagSession' },
            ],
          },
          Policies: [{ PolicyName: 'rollcall-read', PolicyDocument: policy }],
        },
      },
    },
    Outputs: { RoleArn: { Value: { 'Fn::GetAtt': ['Role', 'Arn'] } } },
  }, { lineWidth: 0 }).trimEnd();
}

/** A Terraform module of the same role. https://developer.hashicorp.com/terraform/language/functions/jsonencode */
export function memberRoleModule(policy: object): string {
  return `variable "trusted_principal" {
  description = "${TRUST_NOTE}"
  type        = string
}

variable "external_id" {
  description = "${EXTERNAL_NOTE}"
  type        = string
}

variable "role_name" {
  type    = string
  default = "${MEMBER_ROLE}"
}

resource "aws_iam_role" "rollcall" {
  name                 = var.role_name
  description          = "Rollcall: read-only inventory of non-human identities"
  max_session_duration = 3600

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect    = "Allow"
        Principal = { AWS = var.trusted_principal }
        Action    = "sts:AssumeRole"
        Condition = { StringEquals = { "sts:ExternalId" = var.external_id } }
      },
      {
        Effect    = "Allow"
        Principal = { AWS = var.trusted_principal }
        Action    = "sts:TagSession"
      },
    ]
  })
}

resource "aws_iam_role_policy" "rollcall_read" {
  name = "rollcall-read"
  role = aws_iam_role.rollcall.id

  # JSON is Terraform's own syntax for a value, too.
  policy = jsonencode(${JSON.stringify(policy, null, 2).replaceAll('\n', '\n  ')})
}

output "role_arn" {
  value = aws_iam_role.rollcall.arn
}`;
}
