/** The variables by which Terraform finds the Docker provider; to be added to the engine's environment. */
export function providerEnvironment(): NodeJS.ProcessEnv {
  return {};
}
