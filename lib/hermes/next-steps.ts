/** What a person does with an agent after its deploy, as commands for its release. */
import { besideTheGateway, type CommandContext, hermesCommand, nextCommands } from "./commands";
import { MODEL_PROVIDERS, type ModelProvider } from "./model-providers";
import { modelProvider } from "./model-settings";
import { PLATFORM_ROWS } from "./platforms";
import { hasFeature } from "./releases";

export interface CommandStep {
  /** Stands in the answer for scripts. */
  readonly id: string;
  /** What it is for, as a sentence. */
  readonly what: string;
  readonly command: string;
}

export interface StepContext extends Omit<CommandContext, "modelPinned" | "wonByTheVolume"> {
  /** The provider of the pinned model; undefined if none is pinned, null if it is not known. */
  readonly provider: string | null | undefined;
  /** Names of the chat platforms that the program declares. */
  readonly platforms: readonly string[];
}

/** In the order in which they are needed. */
export function commandSteps(context: StepContext): readonly CommandStep[] {
  const { docker, container, provider } = context;
  const hermes = hermesCommand(context);
  const commands = nextCommands({ ...context, modelPinned: provider !== undefined, wonByTheVolume: [] });
  const step = (id: string, what: string, command: string | undefined): CommandStep[] =>
    command === undefined ? [] : [{ id, what, command }];
  return [
    ...step("setup", "Choose model, keys and chat platforms. The volume keeps them.", commands["setup"]),
    ...portalSetup(context, commands["setup"]),
    ...loginProviders(provider).flatMap((name) =>
      step(`login.${name}`, `Log in at the model provider ${name}.`, hermes(`auth add ${name}`)),
    ),
    ...step("chooseModel", "Choose another model.", commands["chooseModel"]),
    ...platformSteps(context),
    ...step("oneShotTest", "Check that the model answers.", commands["oneShotTest"]),
    ...step("chat", "Talk to the agent in the terminal.", commands["chat"]),
    ...step(
      "logs",
      "Follow the container's log: boot, dashboard, warnings and errors of the gateway.",
      commands["logs"],
    ),
    ...step("gatewayLog", "Follow what the agent does.", commands["gatewayLog"]),
    ...step("warnings", "Follow warnings and errors alone.", hermes("logs --level WARNING -f")),
    ...step(
      "sessionLog",
      "Read the log of one session: put its id for SESSION.",
      hermes("logs --session SESSION"),
    ),
    ...supervisedSteps(context),
    ...step("version", "See which release runs.", hermes("--version", false)),
    ...step("resources", "See what it uses of memory and CPU.", `${docker} stats --no-stream ${container}`),
  ];
}

/** What a person does for one of the declared profiles. What is the container's is among the steps of the agent. */
export function profileSteps(
  context: StepContext & { readonly profile: string; readonly ownGateway: boolean },
): readonly CommandStep[] {
  const { docker, container, provider, profile, ownGateway } = context;
  const hermes = hermesCommand(context);
  const commands = nextCommands({ ...context, modelPinned: provider !== undefined, wonByTheVolume: [] });
  const step = (id: string, what: string, command: string | undefined): CommandStep[] =>
    command === undefined
      ? []
      : [{ id: `profiles.${profile}.${id}`, what: `Profile ${profile}: ${what}`, command }];
  return [
    ...step("setup", "choose what the program does not say. The volume keeps it.", commands["setup"]),
    ...loginProviders(provider).flatMap((name) =>
      step(`login.${name}`, `log in at the model provider ${name}.`, hermes(`auth add ${name}`)),
    ),
    ...step("chooseModel", "choose another model.", commands["chooseModel"]),
    ...platformSteps(context).flatMap(({ id, what, command }) =>
      step(id, `${what.charAt(0).toLowerCase()}${what.slice(1)}`, command),
    ),
    ...step("oneShotTest", "check that the model answers.", commands["oneShotTest"]),
    ...step("chat", "talk to it in the terminal.", commands["chat"]),
    ...step("warnings", "follow warnings and errors alone.", hermes("logs --level WARNING -f")),
    ...(ownGateway
      ? [
          ...step("restart", "restart its gateway.", hermes("gateway restart", false)),
          ...step(
            "log",
            "follow what its gateway prints, which is kept over restarts.",
            `${docker} exec ${container} tail -n 100 -F /opt/data/logs/gateways/${profile}/current`,
          ),
        ]
      : []),
  ];
}

/** Each profile has a gateway of its own, which the supervisor runs and whose output it keeps. */
function supervisedSteps(context: StepContext): readonly CommandStep[] {
  const { release, docker, container } = context;
  if (!hasFeature(release, "supervision")) return [];
  const hermes = hermesCommand(context);
  const tail = (file: string) => `${docker} exec ${container} tail -n 100 -F /opt/data/logs/${file}`;
  return [
    {
      id: "supervisedLog",
      what: "Follow what the gateway prints, which is kept over restarts.",
      command: tail("gateways/default/current"),
    },
    {
      id: "bootLog",
      what: "See which gateways each boot has started.",
      command: tail("container-boot.log"),
    },
    { id: "profiles", what: "See the profiles in this agent.", command: hermes("profile list", false) },
    {
      id: "profileChat",
      what: "Talk to one profile: put its name for PROFILE. All commands of `hermes` take `-p PROFILE` in this way.",
      command: besideTheGateway(release, hermes("-p PROFILE")),
    },
    {
      id: "profileRestart",
      what: "Restart the gateway of one profile.",
      command: hermes("-p PROFILE gateway restart", false),
    },
    {
      id: "profileLog",
      what: "Follow what the gateway of one profile prints.",
      command: tail("gateways/PROFILE/current"),
    },
  ];
}

/** For whoever logs in at Nous: it also chooses Nous as provider, unless the program pins another one. */
function portalSetup({ release, provider }: StepContext, setup: string | undefined): readonly CommandStep[] {
  const named = typeof provider === "string" ? modelProvider(provider)?.name : undefined;
  if (setup === undefined || !hasFeature(release, "setupPortal")) return [];
  if (provider !== undefined && named !== "nous") return [];
  return [
    {
      id: "setupPortal",
      what: "The same for an account of Nous Portal: log in there, and use its models and tools.",
      command: `${setup} --portal`,
    },
  ];
}

/** The providers at which somebody has to log in: the pinned one, or each that has a login if none is known. */
function loginProviders(provider: string | null | undefined): readonly string[] {
  if (typeof provider === "string") {
    const named = modelProvider(provider);
    return named?.provider.logsIn ? [named.name] : [];
  }
  return Object.entries<ModelProvider>(MODEL_PROVIDERS).flatMap(([name, { logsIn }]) =>
    logsIn ? [name] : [],
  );
}

function platformSteps(context: StepContext): readonly CommandStep[] {
  const hermes = hermesCommand(context);
  const declared = PLATFORM_ROWS.filter(([name]) => context.platforms.includes(name));
  return [
    ...declared.flatMap(([name]) =>
      name === "slack"
        ? [
            {
              id: "slackManifest",
              what: "Print the manifest for Slack's page of the app.",
              command: hermes("slack manifest", false),
            },
          ]
        : [],
    ),
    ...(declared.length === 0
      ? []
      : [
          {
            id: "pairings",
            what: "See who asks to talk to the agent, and who may by a pairing.",
            command: hermes("pairing list", false),
          },
        ]),
    ...declared.flatMap(([name, { title, hermes: known, settings }]) =>
      Object.values(settings).some(({ kind }) => kind === "allow-list")
        ? [
            {
              id: `pairing.${name}`,
              what: `Let somebody in who got a code on ${title}: put it for CODE. Hermes gives no codes where a list says who may talk to it, unless unauthorized_dm_behavior is set to pair.`,
              command: hermes(`pairing approve ${known} CODE`, false),
            },
          ]
        : [],
    ),
  ];
}
