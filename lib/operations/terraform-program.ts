/** The program as the CDKTF CLI finds it: Terraform, or what is named in its place, such as `tofu`. */
export function terraformProgram(): string {
  return process.env["TERRAFORM_BINARY_NAME"] || "terraform";
}
