import { type JsonObject, stringAt } from "../engine/json";
import { type ApiAnswer, ApiStatus, CaptainError, ok } from "./api-status";
import type { AppRecord } from "./app-store";
import type { CaptainProcess } from "./process";
import type { ServiceUpdates } from "./service-updates";
import type { CaptainState } from "./state";

const DOMAIN_CHECK_SECONDS = 1;
const ROOT_CERTIFICATE_SECONDS = 7.3;

/** The domains and certificates of the apps and of CapRover itself. */
export class Domains {
  constructor(
    private readonly state: CaptainState,
    private readonly process: CaptainProcess,
    private readonly updates: ServiceUpdates,
  ) {}

  async changeRoot(body: JsonObject): Promise<ApiAnswer> {
    const { settings } = this.state;
    const rootDomain = stringAt(body, "rootDomain").toLowerCase();
    checkDomainName(rootDomain);
    await this.verify(`captain.${rootDomain}`);
    const isForced = body["force"] === true;
    if (settings.hasRootSsl && !isForced && settings.rootDomain !== rootDomain) {
      throw new CaptainError(
        ApiStatus.generic,
        "SSL is enabled for root. You can still force change the root domain, but read docs for consequences!",
      );
    }
    settings.rootDomain = rootDomain;
    if (isForced) {
      settings.hasRootSsl = false;
      settings.forceSsl = false;
      for (const { definition } of this.state.apps.all()) definition.hasDefaultSubDomainSsl = false;
    }
    await this.updates.reloadNginx();
    return ok("Root domain changed.");
  }

  async enableRootSsl(body: JsonObject): Promise<ApiAnswer> {
    if (!/^[^\s@/:%\\]+@[^\s@/:%\\]+$/.test(stringAt(body, "emailAddress"))) {
      throw new CaptainError(ApiStatus.generic, "Bad email address.");
    }
    await this.process.sleep(ROOT_CERTIFICATE_SECONDS);
    this.state.settings.hasRootSsl = true;
    return ok("Root SSL Enabled.");
  }

  forceRootSsl(body: JsonObject): ApiAnswer {
    const isEnabled = body["isEnabled"] === true;
    if (isEnabled && !this.state.settings.hasRootSsl) {
      throw new CaptainError(
        ApiStatus.generic,
        "You first need to enable SSL on the root domain before forcing it.",
      );
    }
    this.state.settings.forceSsl = isEnabled;
    return ok(`Non-SSL traffic is now ${isEnabled ? "rejected" : "allowed"}.`);
  }

  async enableBaseSsl(body: JsonObject): Promise<ApiAnswer> {
    const app = this.app(body);
    this.needRootSsl();
    await this.process.sleep(this.state.certificateSeconds);
    app.definition.hasDefaultSubDomainSsl = true;
    await this.updates.reloadNginx();
    return ok(`General SSL is enabled for: ${app.name}`);
  }

  async add(body: JsonObject): Promise<ApiAnswer> {
    const app = this.app(body);
    const domain = domainIn(body);
    const { rootDomain } = this.state.settings;
    checkDomainName(domain);
    if (rootDomain !== "" && domain.endsWith(`.${rootDomain}`)) {
      throw new CaptainError(
        ApiStatus.badName,
        "Domain name is not accepted. Custom domain cannot be subdomain of root domain.",
      );
    }
    if (find(app, domain) !== undefined) {
      throw new CaptainError(
        ApiStatus.illegalParameter,
        `App already has customDomain: ${domain} attached to app ${app.name}`,
      );
    }
    await this.verify(domain);
    app.definition.customDomain.push({ publicDomain: domain, hasSsl: false });
    await this.updates.reloadNginx();
    return ok(`Custom domain is enabled for: ${app.name} at ${domain}`);
  }

  async enableSsl(body: JsonObject): Promise<ApiAnswer> {
    const app = this.app(body);
    const domain = domainIn(body);
    this.needRootSsl();
    await this.verify(domain);
    const attached = find(app, domain);
    if (attached === undefined) {
      throw new CaptainError(
        ApiStatus.illegalParameter,
        `customDomain ${domain} is not attached to app ${app.name}`,
      );
    }
    await this.process.sleep(this.state.certificateSeconds);
    attached.hasSsl = true;
    await this.updates.reloadNginx();
    return ok(`Custom domain SSL is enabled for: ${app.name} at ${domain} `);
  }

  /** A redirect to the domain stays when the domain is removed. */
  async remove(body: JsonObject): Promise<ApiAnswer> {
    const app = this.app(body);
    const domain = domainIn(body);
    if (find(app, domain) === undefined) {
      throw new CaptainError(ApiStatus.generic, `Custom domain ${domain} does not exist in ${app.name}`);
    }
    app.definition.customDomain = app.definition.customDomain.filter(
      ({ publicDomain }) => publicDomain !== domain,
    );
    await this.updates.reloadNginx();
    return ok(`Custom domain is removed for: ${app.name} at ${domain}`);
  }

  private app(body: JsonObject): AppRecord {
    return this.state.apps.get(stringAt(body, "appName"));
  }

  private needRootSsl(): void {
    if (this.state.settings.hasRootSsl) return;
    throw new CaptainError(ApiStatus.generic, "You have to first enable SSL for your root domain");
  }

  private async verify(domain: string): Promise<void> {
    await this.process.sleep(DOMAIN_CHECK_SECONDS);
    if (this.state.foreignDomains.has(domain)) {
      throw new CaptainError(
        ApiStatus.verificationFailed,
        `Verification failed for: ${domain}. Make sure that your domain points to this server.`,
      );
    }
  }
}

function domainIn(body: JsonObject): string {
  return stringAt(body, "customDomain").toLowerCase();
}

function find({ definition }: AppRecord, domain: string): { hasSsl: boolean } | undefined {
  return definition.customDomain.find(({ publicDomain }) => publicDomain === domain);
}

function checkDomainName(domain: string): void {
  if (/^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$/.test(domain)) return;
  throw new CaptainError(
    ApiStatus.badName,
    "Domain name is not accepted. Please use alphanumerical domains such as myapp.google123.ca",
  );
}
