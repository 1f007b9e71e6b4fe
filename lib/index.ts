export {
  CaproverApp,
  type CaproverAppProps,
  type CaproverBasicAuth,
  type CaproverHealthCheck,
  type CaproverLimits,
  type CaproverNginx,
  type CaproverPort,
  type CaproverReady,
  type CaproverReadyHttp,
  type CaproverTmpfs,
  type CaproverVolume,
} from "./caprover/app";
export {
  type CaproverAppName,
  CaproverBaseDomainSsl,
  CaproverCustomDomain,
  type CaproverCustomDomainProps,
  CaproverForceSsl,
  CaproverRedirect,
  type CaproverRedirectProps,
} from "./caprover/domains";
export { CaproverProject, type CaproverProjectProps } from "./caprover/project";
export { CaproverProvider, type CaproverProviderProps } from "./caprover/provider";
export { CaproverRegistry, type CaproverRegistryProps } from "./caprover/registry";
export { type BasicProps, DashboardAuth, type NousProps, type OidcProps } from "./dashboard-auth";
export { HermesConfigError, type Problem } from "./errors";
export type { NextCommands } from "./hermes/commands";
export type { ConfigValue, ModelProps } from "./hermes/managed-config";
export type { AllowedUsers, BotProps, MessagingProps, SlackProps } from "./hermes/messaging";
export { HermesApp } from "./hermes-app";
export type {
  ApiServerProps,
  HealthCheckProps,
  HermesAppProps,
  MountProps,
  NetworkProps,
  PublishedPort,
  PublishProps,
} from "./hermes-app-props";
export { HermesImage, type RegistryImageProps, type WrapperImageProps } from "./hermes-image";
export {
  type HostPathProps,
  type NamedVolumeProps,
  PersistentDataVolume,
  type PersistentDataVolumeProps,
} from "./persistent-data-volume";
export type { Acknowledgements, RuleId } from "./rules";
export { inSecretsFile, type Secret } from "./secret";
export { HermesTarget } from "./targets";
export type { CaproverBasicAuthProps, CaproverTargetProps } from "./targets/caprover";
export type { DockerTargetProps } from "./targets/docker";
export { useDockerProvider4 } from "./targets/docker-provider";
