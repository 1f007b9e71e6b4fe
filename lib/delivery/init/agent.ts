/** The agent of a new program, as the props that the program gives it. */
import { loginFactory } from "../../hermes/dashboard-logins";
import { LISTENER_NAMES, type Platform, portOf } from "../../hermes/platforms";
import { platformService, servicesOf } from "../../hermes/services";
import { originOf, type Setting, type Settings, type TextSetting } from "../../hermes/settings";
import { KNOWN_CODEX_VERSION } from "../../hermes/wrapper-context";
import { addressOf } from "../../targets/caprover/address";
import type { Answers, ChosenLogin, ChosenModel, ChosenPlatform } from "./answers";
import { Call, Code, Noted, type Properties, type Value } from "./code";

/** What the shell that deploys has to say. */
export interface DeployVariable {
  /** Without `TF_VAR_`. */
  readonly name: string;
  /** Where a person finds the value, in words. */
  readonly description: string;
}

export interface NewAgent {
  readonly props: Properties;
  /** The secrets of the program, in its order. */
  readonly variables: readonly DeployVariable[];
  /** Props with a value that only a person knows. */
  readonly toReplace: readonly string[];
}

/** The network from which a proxy on the engine's host reaches a container. */
const DOCKER_BRIDGE = "172.17.0.0/16";

export function newAgent(answers: Answers): NewAgent {
  const { target, dashboard, platforms, model } = answers;
  const further = target === "caprover" ? furtherApps(answers) : {};
  const agent = new Writer(target === "caprover" ? (service) => further[service] ?? APP : () => undefined);
  const apps = Object.entries(further).map(([service, name]) => [service, { name }]);
  const props: Properties = {
    ...(target === "caprover" && {
      target: new Call("HermesTarget.caprover", apps.length > 0 ? [{ apps: Object.fromEntries(apps) }] : []),
    }),
    image: target === "docker" ? new Code("image") : imageOf(answers, "agent"),
    data: new Call("new PersistentDataVolume", [new Code("agent"), "data", { name: "hermes-data" }]),
    ...(dashboard && { dashboard: agent.login(dashboard) }),
    ...(dashboard?.login.redirects && target === "docker" && { trustedProxies: agent.proxies() }),
    ...(platforms.length > 0 && { messaging: agent.messaging(platforms) }),
    ...(model && agent.model(model)),
    memoryMiB: 4096,
  };
  return { props, variables: agent.variables, toReplace: agent.toReplace };
}

/** The agent's own app. */
const APP = "hermes";

/** An app's address leads to one service, so each further one that is called gets an app. Names of these by service. */
function furtherApps({ platforms, dashboard }: Answers): Readonly<Record<string, string>> {
  const given = Object.fromEntries(platforms.map(({ prop, platform }) => [prop, givenOf(platform)]));
  const services = servicesOf(dashboard, undefined, given);
  const own = addressOf({}, services)?.to;
  const further = LISTENER_NAMES.filter((name) => services[name] !== undefined && name !== own);
  return Object.fromEntries(further.map((name) => [name, `${APP}-${name.toLowerCase()}`]));
}

/** Where it listens with the props that a new program gives; undefined for a platform that nobody calls. */
function portToListenOn(platform: Platform) {
  return platformService(platform, givenOf(platform)) && portOf(platform);
}

/** The props that a new program gives it. */
function givenOf(platform: Platform): Readonly<Record<string, Setting>> {
  return Object.fromEntries(Object.entries(platform.settings).filter(([, setting]) => isGiven(setting)));
}

/** @param stack variable of the stack that it belongs to */
export function imageOf({ release, wrapper }: Answers, stack: string): Call {
  if (!wrapper) {
    return new Call("HermesImage.registry", [new Code(stack), "image", { tag: release.tag }]);
  }
  return new Call("HermesImage.wrapper", [
    new Code(stack),
    "image",
    {
      release: release.tag,
      baseRevision: new Noted("1", "change it to build on a changed base; or pin baseDigest"),
      codexVersion: KNOWN_CODEX_VERSION,
    },
  ]);
}

/** Collects what a person has to give while the props are written. */
class Writer {
  readonly variables: DeployVariable[] = [];
  readonly toReplace: string[] = [];

  /** @param appOf the app that leads to a service, where there are apps */
  constructor(private readonly appOf: (service: string) => string | undefined) {}

  login({ kind, login }: ChosenLogin): Value {
    const { publicUrl } = login.settings;
    const settings = Object.entries(login.settings).filter(
      ([, setting]) => isGiven(setting) || (login.redirects && setting === publicUrl),
    );
    const place = [new Code("agent"), "dashboard"];
    if (settings.length === 0) return new Call(loginFactory(kind), place);
    return new Call(loginFactory(kind), [...place, this.props("dashboard", "dashboard", settings)]);
  }

  /** On CapRover the target knows its own proxy. */
  proxies(): Value {
    return this.toBeReplaced(
      "trustedProxies",
      [DOCKER_BRIDGE],
      "the proxy that answers at publicUrl, as the container sees it",
    );
  }

  messaging(platforms: readonly ChosenPlatform[]): Properties {
    const taken = new Set<number>();
    return Object.fromEntries(
      platforms.map(({ prop, platform }) => {
        const lists = Object.entries(platform.settings).filter(([, { kind }]) => kind === "allow-list");
        const settings = Object.entries(platform.settings).filter(
          ([name, setting]) => isGiven(setting) || name === lists[0]?.[0],
        );
        const port = portToListenOn(platform);
        let free = port?.port ?? 0;
        while (taken.has(free)) free++;
        if (port) taken.add(free);
        return [
          prop,
          {
            ...this.props(`messaging.${prop}`, prop, settings),
            ...(port && free !== port.port && { [port.prop]: free }),
          },
        ];
      }),
    );
  }

  model({ provider, row, name }: ChosenModel): Properties {
    const [key] = typeof row.key === "object" ? row.key.variables : [];
    return {
      model: {
        provider,
        name,
        ...(row.endpoint === "required" && {
          baseUrl: this.toBeReplaced("model.baseUrl", "https://models.example.com/v1", "up to and with /v1"),
        }),
      },
      ...(key !== undefined && { secrets: { [key]: this.secret(key.toLowerCase(), `key of ${provider}`) } }),
    };
  }

  private props(path: string, prefix: string, settings: readonly (readonly [string, Setting])[]): Properties {
    return Object.fromEntries(
      settings.map(([name, setting]) => [
        name,
        this.value(`${path}.${name}`, prefix, name, setting, Object.fromEntries(settings)),
      ]),
    );
  }

  private value(path: string, prefix: string, name: string, setting: Setting, beside: Settings): Value {
    switch (setting.kind) {
      case "secret":
        return this.secret(`${prefix}_${snakeCase(name)}`, originOf(setting));
      case "text":
        return setting.exampleWorks
          ? setting.example
          : this.toBeReplaced(path, this.addressedTo(setting, prefix), setting.allowed);
      case "choice":
        return setting.example;
      case "list":
        return this.toBeReplaced(path, setting.example, `each ${setting.item}`);
      case "allow-list":
        return setting.names === undefined
          ? this.toBeReplaced(path, [setting.nobody], `nobody yet: each ${setting.item}`)
          : this.toBeReplaced(path, [exampleOf(beside[setting.names])], `the same as ${setting.names}`);
      case "number":
        return setting.min;
      case "port":
        return setting.port;
    }
  }

  /** An address of the agent itself begins with the app that leads to the platform. */
  private addressedTo({ example, ownAddress }: TextSetting, platform: string): string {
    const app = ownAddress && this.appOf(platform);
    return app === undefined
      ? example
      : example.replace(/^https:\/\/[^/]+/, `https://${app}.apps.example.com`);
  }

  private secret(name: string, description: string): Value {
    this.variables.push({ name, description });
    return new Call("secret", [new Code("agent"), name, description]);
  }

  private toBeReplaced(path: string, value: Value, comment: string): Value {
    this.toReplace.push(path);
    return new Noted(value, comment);
  }
}

function isGiven({ optional, suggested }: Setting): boolean {
  return !optional || suggested === true;
}

function snakeCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function exampleOf(setting: Setting | undefined): string {
  return setting?.kind === "text" ? setting.example : "";
}
