// SPDX-License-Identifier: Apache-2.0
import { GRAPH_APP } from './rights.ts';

/**
 * The rights of a login as Terraform configuration.
 * https://github.com/hashicorp/terraform-provider-azuread/blob/main/docs/resources/app_role_assignment.md,
 * https://github.com/hashicorp/terraform-provider-azurerm/blob/main/website/docs/r/role_definition.html.markdown
 */
export function terraformOf(roles: readonly { readonly id: string; readonly permission: string }[], actions: readonly string[]): string {
  const width = Math.max(...roles.map(({ permission }) => permission.length)) + 2;
  return `variable "principal" {
  type        = string
  description = "Object id of the service principal that Rollcall signs in as"
}

variable "scope" {
  type        = string
  description = "/subscriptions/ID, or /providers/Microsoft.Management/managementGroups/ID for all that are below it"
}

data "azuread_service_principal" "graph" {
  client_id = "${GRAPH_APP}"
}

resource "azuread_app_role_assignment" "rollcall" {
  for_each = {
${roles.map(({ id, permission }) => `    ${`"${permission}"`.padEnd(width)} = "${id}"`).join('\n')}
  }
  app_role_id         = each.value
  principal_object_id = var.principal
  resource_object_id  = data.azuread_service_principal.graph.object_id
}
${actions.length === 0 ? '' : `
resource "azurerm_role_definition" "rollcall" {
  name        = "Rollcall reader"
  scope       = var.scope
  description = "Reads what opens resources, and shows no value"
  permissions {
    actions = [
${actions.map((action) => `      "${action}",`).join('\n')}
    ]
  }
  assignable_scopes = [var.scope]
}

resource "azurerm_role_assignment" "rollcall" {
  scope              = var.scope
  role_definition_id = azurerm_role_definition.rollcall.role_definition_resource_id
  principal_id       = var.principal
}

resource "azurerm_role_assignment" "vaults" {
  scope                = var.scope
  role_definition_name = "Key Vault Reader"
  principal_id         = var.principal
}
`}`;
}
