// SPDX-License-Identifier: Apache-2.0

/**
 * Regions in which AWS had no endpoint of a service in November 2026, after the endpoint lists that its SDKs carry. Nothing would answer
 * there, not even a refusal. A region that is not named here is asked.
 * https://docs.aws.amazon.com/general/latest/gr/aws-service-information.html
 */
const ISOLATED = ['us-iso-east-1', 'us-iso-west-1', 'us-isob-east-1', 'us-isob-west-1', 'eu-isoe-west-1', 'us-isof-east-1', 'us-isof-south-1'];
const CHINA = ['cn-north-1', 'cn-northwest-1'];
const NOT_OFFERED: { readonly [service: string]: readonly string[] } = {
  'acm-pca': ['us-isob-east-1', 'us-isob-west-1'],
  apigateway: ['us-isob-west-1', 'us-isof-east-1', 'us-isof-south-1'],
  codebuild: ['ap-east-2', 'ca-west-1', 'mx-central-1', 'us-isob-west-1', 'eu-isoe-west-1'],
  'cognito-idp': [...CHINA, ...ISOLATED],
  grafana: [
    'af-south-1', 'ap-east-1', 'ap-east-2', 'ap-northeast-3', 'ap-south-1', 'ap-south-2', 'ap-southeast-3', 'ap-southeast-4', 'ap-southeast-5', 'ap-southeast-6', 'ap-southeast-7', 'ca-central-1', 'ca-west-1', 'eu-central-2',
    'eu-north-1', 'eu-south-1', 'eu-south-2', 'eu-west-3', 'il-central-1', 'me-central-1', 'me-south-1', 'mx-central-1', 'sa-east-1', 'us-west-1', 'eusc-de-east-1', ...CHINA, ...ISOLATED,
  ],
  iot: ['af-south-1', 'ap-east-2', 'ap-northeast-3', 'ap-south-2', 'ap-southeast-3', 'ap-southeast-4', 'ap-southeast-6', 'ap-southeast-7', 'ca-west-1', 'eu-central-2', 'mx-central-1', 'eusc-de-east-1', ...ISOLATED],
  lightsail: [
    'af-south-1', 'ap-east-2', 'ap-northeast-3', 'ap-south-2', 'ap-southeast-4', 'ap-southeast-6', 'ap-southeast-7', 'ca-west-1', 'eu-central-2', 'eu-south-1', 'il-central-1', 'me-central-1', 'me-south-1', 'mx-central-1', 'us-west-1',
    'us-gov-east-1', 'us-gov-west-1', 'eusc-de-east-1', ...CHINA, ...ISOLATED,
  ],
  rolesanywhere: ['us-iso-east-1', 'us-iso-west-1', 'us-isob-east-1', 'us-isob-west-1'],
  transfer: ISOLATED,
};

/** Whether a service is asked in a region: true, or why not. */
export function isOffered(service: string, region: string): true | string {
  return NOT_OFFERED[service]?.includes(region) === true ? `AWS had no endpoint of ${service} in ${region} in November 2026` : true;
}
