import {
  type AllowList,
  allowListsOf,
  loopbackPortsOf,
  type PlatformInUse,
  platformsInUse,
} from "../agent/settings/messaging";
import { LISTENER_NAMES, PLATFORMS, type Platform, portOf } from "../hermes/platforms";
import { hasWildcard } from "../hermes/protections";
import { type Feature, firstReleaseWith, hasFeature } from "../hermes/releases";
import { type OwnServiceName, SERVICE_NAMES } from "../hermes/services";
import type { OwnAddress } from "../hermes/settings";
import { showValue } from "../support/errors";
import { hostOf, isPublicHost } from "../support/hosts";
import { isUnresolved } from "../support/tokens";
import { rulesFor, type Violation, when } from "./rule";
import { type AgentSubject, isExposed, leadsTo, type Reach, urlOf } from "./subject";

export const MESSAGING_RULES = rulesFor<AgentSubject>()({
  "messaging-open-to-everyone": {
    severity: "error",
    refuses: 'a chat platform on which everyone may talk to the agent: `"everyone"`, or `*` in a list',
    because: "everyone who finds the bot can use an agent with a shell",
    seen: "run 0.17.0 to 0.19.0: the gateway was asked whom it lets in",
    check: ({ settings }) =>
      platformsInUse(settings.messaging)
        .flatMap(peopleOf)
        .filter((list) => list.users === "everyone" || idsOf(list).some(hasWildcard))
        .map(({ prop, users, setting }) => ({
          prop,
          value: showValue(users),
          allowed: `a list, each item ${setting.item}`,
          fix: "list the users, or acknowledge the rule with your reason",
        })),
  },
  "messaging-id-malformed": {
    severity: "error",
    refuses:
      "an item in a list of users, roles, groups or rooms that is no such id, such as a handle on Slack or Telegram",
    because: "Hermes compares ids as they are written, so the item lets nobody in",
    seen: "run 0.18.2 and 0.19.0: the gateway was asked whom it lets in",
    check: ({ settings }) =>
      platformsInUse(settings.messaging)
        .flatMap(allowListsOf)
        .flatMap((list) =>
          idsOf(list)
            .filter((id) => (list.setting.ofPlaces || !hasWildcard(id)) && !list.setting.id.test(id.trim()))
            .map((id) => malformed(list, id)),
        ),
  },
  "messaging-nobody-allowed": {
    severity: "error",
    refuses: "a chat platform with nobody on any list",
    because: "the agent ignores every message, except from users who are paired already",
    seen: "run 0.19.0; gateway/authz_mixin.py: with a list, strangers are offered no code",
    check: ({ settings }) =>
      platformsInUse(settings.messaging).flatMap((platform) => {
        const lists = peopleOf(platform);
        const [list] = lists;
        if (list === undefined) return [];
        if (lists.every(({ users }) => users.length === 0))
          return [{ prop: list.prop, value: "[]", fix: "list at least one user" }];
        return lists.flatMap((found) => unnamed(platform, found));
      }),
  },
  "messaging-incomplete": {
    severity: "error",
    refuses:
      "props of a chat platform that work only together, such as Telegram's `webhookUrl` without `webhookSecret`; and two of which only one can work",
    because: "Hermes does not start the platform, or ignores one of them, and the log alone says so",
    seen: "0.19.0: gateway/config.py and the adapter of each platform, read",
    final: true,
    check: ({ settings, services }) =>
      platformsInUse(settings.messaging).flatMap((platform) => [
        ...halves(platform),
        ...alternatives(platform),
        ...callsWithoutApi(platform, services.apiServer !== undefined),
      ]),
  },
  "messaging-unsupported": {
    severity: "error",
    refuses: "a chat platform, or a prop of one, that the release does not know",
    because: "the release ignores it, and says nothing",
    seen: "the packages of 0.14.0 to 0.19.0, compared",
    final: true,
    check: ({ settings, release }) =>
      platformsInUse(settings.messaging).flatMap(({ name, platform, values }) => {
        const late = (prop: string, since: Feature | undefined): readonly Violation[] =>
          since === undefined || hasFeature(release, since)
            ? []
            : [
                {
                  prop,
                  problem: `${release.tag} does not know it`,
                  fix: `use ${firstReleaseWith(since)} or later`,
                },
              ];
        const whole = late(`messaging.${name}`, platform.since);
        if (whole.length > 0) return whole;
        return Object.entries(platform.settings)
          .filter(([prop]) => values[prop] !== undefined)
          .flatMap(([prop, { since }]) => late(`messaging.${name}.${prop}`, since));
      }),
  },
  "messaging-port-taken": {
    severity: "error",
    refuses: "two services of an agent on one port of the container",
    because: "only one of the two gets the port, and the gateway may give up for good",
    seen: "run 0.19.0: a gateway whose API port is taken ends with 78 and stays down",
    final: true,
    check: ({ settings, services }) => {
      const owners = new Map<number, string>();
      for (const { prop, port } of loopbackPortsOf(settings.messaging)) owners.set(port, prop);
      return SERVICE_NAMES.flatMap((service) => {
        const port = services[service]?.port;
        if (port === undefined) return [];
        const owner = owners.get(port);
        if (owner === undefined) owners.set(port, service);
        // The dashboard's port is fixed, and the API server on it has a rule of its own.
        if (owner === undefined || (owner === "dashboard" && service === "apiServer")) return [];
        return [
          {
            prop: portProp(service),
            value: String(port),
            problem: `\`${owner}\` has it`,
            fix: "give one of the two another port; the port on the host is the target's `publish`",
          },
        ];
      });
    },
  },
  "messaging-url-elsewhere": {
    severity: "error",
    refuses:
      "an address of the agent itself in a platform's props, such as `webhookUrl` of `sms`, that is none of those which the target gives to that service",
    because: "the platform's calls arrive nowhere, or fail the check of their signature",
    seen: "0.19.0: plugins/platforms/sms/adapter.py checks the signature over `webhookUrl`; CapRover's nginx knows the app's names alone",
    check: (agent) =>
      ownUrls(agent).flatMap(({ prop, value, own: { path }, reach }) => {
        const { domains = [], label = "" } = reach;
        const { hostname, pathname } = new URL(value);
        const named = domains.length === 0 ? { ...reach, domains: [hostname] } : reach;
        // Something in front of CapRover may end TLS.
        const rightName = leadsTo(named, value) || leadsTo({ ...named, tls: true }, value);
        return when(!rightName || (path ?? pathname) !== pathname, () => ({
          prop,
          value: showValue(value),
          allowed: (domains.length === 0 ? [`${label}.<the server's root domain>`] : domains)
            .map((domain) => `${urlOf(domain, reach)}${path ?? pathname}`)
            .join(", "),
          fix: `write it so, or correct ${reach.prop}`,
        }));
      }),
  },
  "messaging-url-private": {
    severity: "error",
    refuses:
      "such an address that only the agent's own machine or network reaches: localhost, 192.168.… or a name such as hermes.lan",
    because: "the platform calls from the internet, and reaches nothing",
    seen: "RFC 1918; Telegram's, Twilio's, LINE's and Google's documentation of webhooks",
    check: ({ settings }) =>
      ownAddresses(settings).flatMap(({ prop, value }) => {
        const host = hostOf(value)?.host;
        return when(host !== undefined && !isPublicHost(host), () => ({
          prop,
          value: showValue(value),
          fix: "give the address under which the internet reaches the proxy in front of the agent",
        }));
      }),
  },
  "messaging-url-unnamed": {
    severity: "warning",
    refuses:
      "such an address whose host name is not in `domains` of the CapRover app that leads to the service, and is not the app's own",
    because: "unless somebody gave the app that name by hand, the platform's calls reach another app or none",
    seen: "CapRover's nginx knows the app's names alone",
    check: (agent) =>
      ownUrls(agent).flatMap(({ prop, value, reach }) => {
        const { domains = [], label = "" } = reach;
        const { hostname } = new URL(value);
        return when(domains.length === 0 && !hostname.startsWith(`${label}.`), () => ({
          prop,
          value: showValue(value),
          fix: `write domains: [${showValue(hostname)}] in ${reach.prop}, or acknowledge the rule`,
        }));
      }),
  },
  "messaging-without-tls": {
    severity: "warning",
    refuses: "a webhook of a chat platform that can be reached from outside the host without TLS",
    because:
      "messages, and with some platforms the secret, travel in clear text; most platforms call https addresses only",
    seen: "0.19.0: every webhook speaks http only",
    check: ({ reach }) =>
      LISTENER_NAMES.flatMap((name) => {
        const found = reach[name];
        if (!isExposed(found) || found.tls) return [];
        return [
          {
            prop: found.prop,
            value: found.value,
            fix: speaksHttpOnly(name)
              ? "its server calls by http alone: publish it in a network that is yours, and acknowledge the rule"
              : "put TLS in front: on Docker a proxy, with the port on 127.0.0.1; on CapRover `https`",
          },
        ];
      }),
  },
});

/** It makes itself known as `http://<name>:<port>`, where no proxy can be. */
function speaksHttpOnly(name: (typeof LISTENER_NAMES)[number]): boolean {
  const { listens }: Platform = PLATFORMS[name];
  return listens?.ownName !== undefined;
}

interface OwnUrl {
  readonly prop: string;
  readonly value: string;
  readonly own: OwnAddress;
  /** What has to answer there. */
  readonly service: OwnServiceName | undefined;
}

/** The agent's own addresses in platforms' props, as far as they are known here. */
function ownAddresses({ messaging }: AgentSubject["settings"]): readonly OwnUrl[] {
  return platformsInUse(messaging).flatMap(({ name, platform, values }) =>
    Object.entries(platform.settings).flatMap(([prop, setting]): OwnUrl[] => {
      const own = setting.kind === "text" ? setting.ownAddress : undefined;
      const value = values[prop];
      if (own === undefined || typeof value !== "string" || isUnresolved(value)) return [];
      const service = SERVICE_NAMES.find((one) => one === (own.at ?? name));
      return [{ prop: `messaging.${name}.${prop}`, value, own, service }];
    }),
  );
}

/** Those of services of which the target knows the names. On Docker a proxy decides. */
function ownUrls({ settings, reach }: AgentSubject): readonly (OwnUrl & { readonly reach: Reach })[] {
  return ownAddresses(settings).flatMap((url) => {
    const found = url.service && reach[url.service];
    const known = found?.label !== undefined && !found.domains?.some(isUnresolved);
    return known && URL.canParse(url.value) ? [{ ...url, reach: found }] : [];
  });
}

/** The lists that let people in. */
function peopleOf(platform: PlatformInUse): readonly AllowList[] {
  return allowListsOf(platform).filter(({ setting }) => !setting.ofPlaces);
}

/** The ids that are known here. */
function idsOf({ users }: AllowList): readonly string[] {
  return users === "everyone" || isUnresolved(users) ? [] : users.filter((id) => !isUnresolved(id));
}

function malformed({ prop, setting }: AllowList, id: string): Violation {
  const everyone = id.trim().toLowerCase() === "everyone" && setting.everyone !== undefined;
  return {
    prop,
    value: showValue(id),
    allowed: setting.item,
    fix: everyone
      ? 'name the users; "everyone" replaces a list, and is no item of one'
      : `write ${setting.item}, one in each item`,
  };
}

/** A list that has to have one item, and does not. */
function unnamed({ name, values }: PlatformInUse, { prop, users, setting }: AllowList): readonly Violation[] {
  const wanted = setting.names === undefined ? undefined : values[setting.names];
  if (typeof wanted !== "string" || isUnresolved(wanted) || users === "everyone") return [];
  if (isUnresolved(users) || users.some((id) => isUnresolved(id) || id === wanted || hasWildcard(id)))
    return [];
  const from = `messaging.${name}.${setting.names}`;
  return [{ prop, value: showValue(users), allowed: `a list with ${from}`, fix: `add ${showValue(wanted)}` }];
}

function halves({ name, platform, values }: PlatformInUse): readonly Violation[] {
  return Object.entries(platform.settings).flatMap(([prop, { needs = [] }]) =>
    needs
      .filter((other) => values[prop] !== undefined && values[other] === undefined)
      .map((other) => ({
        prop: `messaging.${name}.${prop}`,
        problem: `\`${other}\` is missing`,
        fix: `give messaging.${name}.${other} too, or remove it`,
      })),
  );
}

function alternatives({ name, platform, values }: PlatformInUse): readonly Violation[] {
  const { oneOf = [] } = platform;
  const given = oneOf.filter((prop) => values[prop] !== undefined);
  if (oneOf.length === 0 || given.length === 1) return [];
  const names = oneOf.map((prop) => `\`${prop}\``).join(" and ");
  return [
    {
      prop: `messaging.${name}`,
      problem: `it has ${given.length === 0 ? "none" : "more than one"} of ${names}`,
      fix: `give one of ${names}`,
    },
  ];
}

function callsWithoutApi({ name, platform, values }: PlatformInUse, hasApi: boolean): readonly Violation[] {
  const by = platform.calledByApi;
  return when(by !== undefined && values[by] !== undefined && !hasApi, () => ({
    prop: `messaging.${name}.${by}`,
    problem: "the platform's calls arrive at the API server, and there is none",
    fix: "give `apiServer`",
  }));
}

function portProp(service: (typeof SERVICE_NAMES)[number]): string {
  if (service === "dashboard" || service === "apiServer") return `${service}.port`;
  const platform: Platform = PLATFORMS[service];
  return `messaging.${service}.${portOf(platform)?.prop}`;
}
