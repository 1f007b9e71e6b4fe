import { TerraformOutput, TerraformStack } from "cdktf";
import { Construct } from "constructs";
import { claim } from "./agent/claims";
import { placesOf } from "./agent/credential-places";
import { readModels } from "./agent/local-models";
import { stateManifest } from "./agent/manifest";
import { partsOf } from "./agent/parts";
import { servicesOfProfiles } from "./agent/profiles";
import type { HermesAppProps } from "./agent/props";
import { HERMES_APP_SCHEMA, nameFromId } from "./agent/schema";
import type { AgentSettings } from "./agent/settings/agent-settings";
import { withPublicUrl } from "./agent/settings/dashboard-access";
import { containerSpec } from "./agent/spec";
import { type NextCommands, nextCommands, TYPED } from "./hermes/commands";
import { isReachable } from "./hermes/dashboard-logins";
import { wonByTheVolume } from "./hermes/model-settings";
import { LOOPBACK, serviceNames, servicesOf, withProfiles } from "./hermes/services";
import { defaultStopSeconds } from "./hermes/stop";
import { AGENT_RULES } from "./rules";
import { CONFLICT_RULES } from "./rules/conflicts";
import { urlOfDashboard } from "./rules/dashboard";
import { Review } from "./rules/review";
import { CREDENTIAL_RULES } from "./rules/secret";
import { inProfile } from "./rules/subject";
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
    const {
      name = nameFromId(this, id),
      image,
      data,
      dashboard,
      target = HermesTarget.docker(),
      acknowledge,
      ...given
    } = props;
    const { release } = image;
    const place = bind(target, this, name);
    const isOpen = isReachable(dashboard?.access);
    const trustedProxies = given.trustedProxies ?? (isOpen ? place.trustedProxies : undefined);
    const hostNetwork = place.hostNetwork === true;
    const { settings: read, models: localModels, leaves: modelLeaves } = readModels(given, hostNetwork);
    const settings: AgentSettings = { ...read, ...(trustedProxies && { trustedProxies }) };
    const stopGraceSeconds = given.stopGraceSeconds ?? defaultStopSeconds(release, place.longestStopSeconds);
    const own = servicesOf(
      dashboard?.access,
      settings.apiServer && { ...(hostNetwork && { host: LOOPBACK }), ...settings.apiServer },
      settings.messaging,
    );
    const services = withProfiles(own, servicesOfProfiles(settings));
    const reach = place.reach(services);
    const access = withPublicUrl(dashboard?.access, urlOfDashboard(reach));
    const parts = partsOf(this, {
      name,
      settings,
      release,
      access,
      data,
      services: own,
      allServices: services,
      reach,
      hostNetwork,
      ownNames: place.ownNames?.(localModels) ?? [],
      stopGraceSeconds,
      additions: place.additions,
      modelLeaves,
    });
    const { subject: agent } = parts;
    const spec = containerSpec(this.node.path, parts, { image, data, localModels });
    const review = new Review(this, acknowledge)
      .apply(CREDENTIAL_RULES, credentialPlaces(this, placesOf(agent)))
      .apply(AGENT_RULES, agent)
      .apply(
        CONFLICT_RULES,
        claim(this, place, agent, [
          ...(place.mounts ?? []),
          ...localModels.flatMap(({ prop, model }) => model.mountsFor(prop)),
        ]),
      );
    for (const profile of agent.profiles) review.apply(AGENT_RULES, profile, inProfile(profile));
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
      // Elsewhere the boot takes such lines out.
      wonByTheVolume:
        spec.declared === undefined
          ? wonByTheVolume(settings.model?.provider, [
              ...parts.environment.secrets.map(({ name }) => name),
              ...Object.keys(settings.env ?? {}),
            ])
          : [],
    });
    const url = serviceNames(services)
      .map((service) => deployed.urls[service])
      .find((one) => one !== undefined);
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
