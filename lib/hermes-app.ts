import { TerraformOutput, TerraformStack } from "cdktf";
import { Construct } from "constructs";
import { claim } from "./agent/claims";
import { placesOf } from "./agent/credential-places";
import { agentEnvironment } from "./agent/environment";
import { stateManifest } from "./agent/manifest";
import { pinsOf } from "./agent/pins";
import type { HermesAppProps } from "./agent/props";
import { HERMES_APP_SCHEMA, nameFromId } from "./agent/schema";
import { withPublicUrl } from "./agent/settings/dashboard-access";
import { terminalValues } from "./agent/settings/terminal-values";
import { containerSpec } from "./agent/spec";
import { type NextCommands, nextCommands, TYPED } from "./hermes/commands";
import { isReachable } from "./hermes/dashboard-logins";
import { wonByTheVolume } from "./hermes/model-settings";
import { LOOPBACK, SERVICE_NAMES, servicesOf } from "./hermes/services";
import { defaultStopSeconds } from "./hermes/stop";
import { AGENT_RULES } from "./rules";
import { CONFLICT_RULES } from "./rules/conflicts";
import { urlOfDashboard } from "./rules/dashboard";
import { Review } from "./rules/review";
import { CREDENTIAL_RULES } from "./rules/secret";
import type { AgentSubject } from "./rules/subject";
import { refuseHiddenId, requireAddress } from "./support/construct-id";
import { credentialPlaces } from "./support/credential-places";
import { isSensitive } from "./support/terraform-values";
import { validateProps } from "./support/validation";
import { HermesTarget } from "./targets";
import { bind } from "./targets/target";

/**
 * One Hermes agent as a service: in gateway mode, with its state on one volume, a health check, and enough time to
 * stop. Props that would lose data or lock the agent out are refused here, before anything is written.
 *
 * @throws HermesConfigError with everything that is wrong
 */
export class HermesApp extends Construct {
  /** What to type next; also an output of the stack, beside `where` to type it and the `url` of the agent. */
  readonly commands: NextCommands;

  constructor(scope: Construct, id: string, props: HermesAppProps) {
    super(scope, id);
    refuseHiddenId(this);
    validateProps(this, HERMES_APP_SCHEMA, props);
    requireAddress(this);
    const { name = nameFromId(this, id) } = props;
    const { image, data, dashboard, target = HermesTarget.docker(), acknowledge, ...given } = props;
    const { release } = image;
    const place = bind(target, this, name);
    const isOpen = isReachable(dashboard?.access);
    const trustedProxies = given.trustedProxies ?? (isOpen ? place.trustedProxies : undefined);
    const settings = { ...given, ...(trustedProxies && { trustedProxies }) };
    const stopGraceSeconds = given.stopGraceSeconds ?? defaultStopSeconds(release, place.longestStopSeconds);
    const services = servicesOf(
      dashboard?.access,
      settings.apiServer && { ...(place.hostNetwork && { host: LOOPBACK }), ...settings.apiServer },
    );
    const reach = place.reach(services);
    const access = withPublicUrl(dashboard?.access, urlOfDashboard(reach));
    const environment = agentEnvironment({
      settings,
      release,
      access,
      data,
      services,
      stopGraceSeconds,
      additions: place.additions,
    });
    const pins = pinsOf({
      settings,
      release,
      terminal: settings.terminal && terminalValues(settings.terminal, data.source, release).config,
      access,
      stopGraceSeconds,
      additions: place.additions,
      ...environment,
    });
    const agent: AgentSubject = {
      name,
      settings,
      release,
      data,
      access,
      secrets: environment.secrets,
      pins: pins.names,
      stopGraceSeconds,
      services,
      reach,
      hostNetwork: place.hostNetwork === true,
    };
    const spec = containerSpec(this.node.path, agent, environment, { image, data, pins });
    const review = new Review(this, acknowledge)
      .apply(CREDENTIAL_RULES, credentialPlaces(this, placesOf(agent)))
      .apply(AGENT_RULES, agent)
      .apply(CONFLICT_RULES, claim(this, place, agent));
    place.review(review, agent, spec);
    review.conclude();

    const deployed = place.deploy(spec);
    stateManifest(this, agent, spec, deployed);
    const { docker, container, where } = place.shell;
    this.commands = nextCommands({
      release,
      docker,
      container,
      modelPinned: settings.model !== undefined,
      wonByTheVolume: wonByTheVolume(settings.model?.provider, [
        ...environment.secrets.map(({ name }) => name),
        ...Object.keys(settings.env ?? {}),
      ]),
    });
    const url = SERVICE_NAMES.map((service) => deployed.urls[service]).find((one) => one !== undefined);
    const outputs = {
      commands: this.commands,
      where: TYPED[where],
      // A plan would fail on an output with a sensitive part.
      ...(url !== undefined && !isSensitive(this, url) && { url }),
    };
    for (const [name, value] of Object.entries(outputs)) {
      const output = new TerraformOutput(this, name, { value });
      output.overrideLogicalId(`${TerraformStack.of(this).getLogicalId(this.node)}_${name}`);
    }
  }
}
