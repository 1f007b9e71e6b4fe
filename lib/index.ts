export type { BasicProps, NousProps, OidcProps } from "./agent/dashboard-access";
export type { MessagingProps, PlatformName, PlatformProps } from "./agent/messaging";
export type { ModelProps } from "./agent/model";
export type {
  ApiServerProps,
  HealthCheckProps,
  HermesAppProps,
  MountProps,
  NetworkProps,
  PublishedPort,
  PublishProps,
} from "./agent/props";
export type { AllowedUsers } from "./agent/props-of-settings";
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
export { DashboardAuth } from "./dashboard-auth";
export type { NextCommands } from "./hermes/commands";
export type { ConfigValue } from "./hermes/managed-config";
export { HermesApp } from "./hermes-app";
export { HermesImage, type RegistryImageProps, type WrapperImageProps } from "./hermes-image";
export {
  type HostPathProps,
  type NamedVolumeProps,
  PersistentDataVolume,
  type PersistentDataVolumeProps,
} from "./persistent-data-volume";
export type { Acknowledgements, RuleId } from "./rules";
export { HermesConfigError, type Problem } from "./support/errors";
export { inSecretsFile, type Secret } from "./support/secret";
export { HermesTarget } from "./targets";
export type { CapRoverBasicAuthProps, CapRoverTargetProps } from "./targets/caprover/target";
export { useDockerProvider4 } from "./targets/docker/provider";
export type { DockerTargetProps } from "./targets/docker/target";
