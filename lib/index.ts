export type { HermesAppProps, ProfileProps } from "./agent/props";
export type {
  AgentSettings,
  DataSource,
  HealthCheckProps,
  HostPathWorkspace,
  VolumeOptions,
  VolumeWorkspace,
  WorkspaceProps,
} from "./agent/settings/agent-settings";
export type { ApiServerProps } from "./agent/settings/api-server";
export type { BasicProps, NousProps, OidcProps } from "./agent/settings/dashboard-access";
export type { MessagingProps, PlatformName, PlatformProps } from "./agent/settings/messaging";
export type {
  CronProps,
  DataFile,
  FallbackModel,
  McpHttpServer,
  McpServerProps,
  McpStdioServer,
  McpTools,
  MindProps,
  TextOrFile,
} from "./agent/settings/mind";
export type { ModelProps } from "./agent/settings/model";
export type { HostPathMount, MountProps, VolumeMount } from "./agent/settings/mount-props";
/** A profile without constructs. */
export type { ProfileProps as PlainProfileProps } from "./agent/settings/profile-props";
export type { AllowedUsers } from "./agent/settings/props-of-settings";
export type {
  DaytonaTerminalProps,
  DockerTerminalProps,
  LocalTerminalProps,
  ModalTerminalProps,
  SingularityTerminalProps,
  SshEngine,
  SshLoginProps,
  SshTerminalProps,
  TerminalEngine,
  TlsEngine,
} from "./agent/settings/terminal-props";
export { CapRoverApp } from "./caprover/app";
export type {
  CapRoverAppProps,
  CapRoverBasicAuth,
  CapRoverHealthCheck,
  CapRoverHostPath,
  CapRoverLimits,
  CapRoverNamedVolume,
  CapRoverNginx,
  CapRoverPort,
  CapRoverReady,
  CapRoverReadyHttp,
  CapRoverTmpfs,
  CapRoverVolume,
} from "./caprover/app-props";
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
export type { CapRoverResourceOptions } from "./caprover/resource";
export { DashboardAuth } from "./dashboard-auth";
export type { NextCommands } from "./hermes/commands";
export type { ConfigValue } from "./hermes/managed-config";
export type { ListenerName } from "./hermes/platforms";
export type { Generation, Release } from "./hermes/releases";
export type { OwnServiceName, ProfileServiceName, ServiceName } from "./hermes/services";
export type { ToolServerName } from "./hermes/tool-servers";
export type { ImagePlatform } from "./hermes/wrapper-contents";
export type { ContextFile, WrapperContext } from "./hermes/wrapper-context";
export { HermesApp } from "./hermes-app";
export { HermesImage } from "./hermes-image";
export type {
  DownloadedImageFile,
  ImageDownload,
  ImageFile,
  LocalImageFile,
  PlatformImageFile,
  RegistryImageProps,
  WrapperImageProps,
} from "./image/props";
export { type CiDeliveryProps, type CiNames, type DeliveredImage, ImageDelivery } from "./image-delivery";
export { LocalModel } from "./local-model";
export type {
  ModelContainerProps,
  ModelElsewhereProps,
  ModelOnHostProps,
  OllamaProps,
  OpenAiCompatibleProps,
  VllmProps,
} from "./local-model/props";
export {
  type HostPathProps,
  type NamedVolumeProps,
  PersistentDataVolume,
  type PersistentDataVolumeProps,
} from "./persistent-data-volume";
export type { DataRuleId } from "./rules/data";
export type { ImageRuleId } from "./rules/image";
export type { LocalModelRuleId } from "./rules/local-model";
export type { Acknowledgement, Acknowledgements } from "./rules/review";
export type { CredentialRuleId } from "./rules/secret";
export type { ServerHealth } from "./server-health";
export { HermesConfigError, type Problem } from "./support/errors";
export { type InSecretsFile, inSecretsFile, type Secret } from "./support/secret";
export { HermesTarget, type RuleId } from "./targets";
export type {
  CapRoverAddress,
  CapRoverApiServerAddress,
  CapRoverBasicAuthProps,
  CapRoverDashboardAddress,
  CapRoverPlatformAddress,
  CapRoverServiceApp,
  CapRoverServiceApps,
  CapRoverTargetProps,
} from "./targets/caprover/props";
export type {
  DeviceProps,
  DockerHostNetworkProps,
  DockerNetworkedProps,
  DockerTargetProps,
  NetworkProps,
  PublishedPlatforms,
  PublishedPort,
  PublishProps,
} from "./targets/docker/props";
export type { SidecarProps, SidecarsProps } from "./targets/docker/sidecar-props";
export { Terminal } from "./terminal";
