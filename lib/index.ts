export {
  CapRoverApp,
  type CapRoverAppProps,
  type CapRoverBasicAuth,
  type CapRoverHealthCheck,
  type CapRoverLimits,
  type CapRoverNginx,
  type CapRoverPort,
  type CapRoverReady,
  type CapRoverReadyHttp,
  type CapRoverTmpfs,
  type CapRoverVolume,
} from "./caprover/app";
export {
  type CapRoverAppName,
  CapRoverBaseDomainSsl,
  CapRoverCustomDomain,
  type CapRoverCustomDomainProps,
  CapRoverForceSsl,
  CapRoverRedirect,
  type CapRoverRedirectProps,
} from "./caprover/domains";
export { CapRoverProject, type CapRoverProjectProps } from "./caprover/project";
export { CapRoverProvider, type CapRoverProviderProps } from "./caprover/provider";
export { CapRoverRegistry, type CapRoverRegistryProps } from "./caprover/registry";
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
export type { CapRoverBasicAuthProps, CapRoverTargetProps } from "./targets/caprover";
export type { DockerTargetProps } from "./targets/docker";
export { useDockerProvider4 } from "./targets/docker-provider";
