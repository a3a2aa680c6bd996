// SPDX-License-Identifier: Apache-2.0

/** Where a role is made and bound: `field` and `of` are how Terraform calls the place. */
const PLACES = {
  project: { field: 'project', description: 'Id of the project that is read' },
  organization: { field: 'org_id', description: 'Number of the organization that is read' },
} as const;

/**
 * The role that reads and its binding as Terraform configuration, of a project or of an organization.
 * https://github.com/hashicorp/terraform-provider-google/blob/main/website/docs/r/google_project_iam_custom_role.html.markdown,
 * https://github.com/hashicorp/terraform-provider-google/blob/main/website/docs/r/google_organization_iam_custom_role.html.markdown
 */
export function terraformOf(place: keyof typeof PLACES, title: string, permissions: readonly string[]): string {
  const { field, description } = PLACES[place];
  const assigned = (names: readonly (readonly [name: string, value: string])[]): string => {
    const width = Math.max(...names.map(([name]) => name.length));
    return names.map(([name, value]) => `  ${name.padEnd(width)} = ${value}`).join('\n');
  };
  return `variable "${place}" {
  type        = string
  description = "${description}"
}

variable "reader" {
  type        = string
  description = "Address of the service account that Rollcall signs in as"
}

resource "google_${place}_iam_custom_role" "rollcall" {
${assigned([[field, `var.${place}`], ['role_id', '"rollcallReader"'], ['title', `"${title}"`]])}
  permissions = [
${permissions.map((permission) => `    "${permission}",`).join('\n')}
  ]
}

resource "google_${place}_iam_member" "rollcall" {
${assigned([[field, `var.${place}`], ['role', `google_${place}_iam_custom_role.rollcall.id`], ['member', '"serviceAccount:${var.reader}"']])}
}
`;
}
