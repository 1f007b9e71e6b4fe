/**
 * Attributes of `caprover_app` that CapRover never gets, because only the provider uses them or CapRover decides them.
 * It starts a new container for a change of any other one (1.15.3: every save of an app updates its service).
 */
export const WITHOUT_RESTART: readonly string[] = [
  "environment_templates",
  "stop_wait_seconds",
  "ready",
  "deletion_protection",
  "delete_volumes",
  "id",
  "adopted",
  "deployed_version",
  "url",
  "internal_host",
  "root_domain",
];

/** Resources beside `caprover_app` whose creation, change or end is such a save of the app that they name in `app`. */
export const RESTARTING_RESOURCES: readonly string[] = ["caprover_force_ssl", "caprover_redirect"];
