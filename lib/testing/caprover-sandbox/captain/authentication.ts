import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { SimulatedClock } from "../engine/clock";
import { isJsonObject, type Json, numberAt, objectAt, stringAt } from "../engine/json";
import { ApiStatus, CaptainError } from "./api-status";

const MAXIMUM_PASSWORD_LENGTH = 29;
const TOKEN_LIFE_SECONDS = 480 * 3600;
const FAILURES_ALLOWED = 5;
const FAILURE_WINDOW_SECONDS = 30;

/** CapRover's password and tokens. A new process accepts no token of the previous one. */
export class Authentication {
  private readonly signingKey = randomBytes(32);
  private tokenVersion = randomVersion();
  private failuresMs: number[] = [];

  constructor(
    private readonly clock: SimulatedClock,
    private password: string,
  ) {}

  /** Makes every earlier token invalid, as a new process does. */
  rotateTokens(): void {
    this.tokenVersion = randomVersion();
    this.failuresMs = [];
  }

  logIn(password: string): string {
    if (password === "") throw new CaptainError(ApiStatus.generic, "password is empty.");
    if (password.length > MAXIMUM_PASSWORD_LENGTH) {
      throw new CaptainError(ApiStatus.generic, "You provided a password that is too long!");
    }
    const nowMs = this.clock.milliseconds();
    this.failuresMs = this.failuresMs.filter((at) => nowMs - at < FAILURE_WINDOW_SECONDS * 1000);
    if (this.failuresMs.length >= FAILURES_ALLOWED) {
      throw new CaptainError(ApiStatus.passwordBackOff, "Too many wrong passwords. Try again later.");
    }
    if (password !== this.password) {
      this.failuresMs.push(nowMs);
      throw new CaptainError(ApiStatus.wrongPassword, "Invalid credentials");
    }
    return this.issueToken();
  }

  changePassword(oldPassword: string, newPassword: string): void {
    if (newPassword.length < 8) throw new CaptainError(ApiStatus.generic, "Password is too small.");
    if (oldPassword !== this.password) {
      throw new CaptainError(ApiStatus.wrongPassword, "Old password is incorrect.");
    }
    this.password = newPassword;
    this.rotateTokens();
  }

  /** @throws CaptainError 1106 for a token that is missing, forged, expired or from an earlier process */
  checkToken(token: string): void {
    const [header = "", payload = "", signature = ""] = token.split(".");
    const expected = this.sign(`${header}.${payload}`);
    const genuine =
      signature.length === expected.length && timingSafeEqual(Buffer.from(signature), Buffer.from(expected));
    if (!genuine) throw new CaptainError(ApiStatus.authTokenInvalid, "Auth token corrupted");
    const claims: Json = JSON.parse(Buffer.from(payload, "base64url").toString("utf8"));
    const nowSeconds = this.clock.milliseconds() / 1000;
    if (
      !isJsonObject(claims) ||
      stringAt(objectAt(claims, "data"), "tokenVersion") !== this.tokenVersion ||
      numberAt(claims, "exp") < nowSeconds
    ) {
      throw new CaptainError(
        ApiStatus.authTokenInvalid,
        "Auth token is no longer valid. Request for a new auth token",
      );
    }
  }

  private issueToken(): string {
    const iat = Math.floor(this.clock.milliseconds() / 1000);
    const data = { namespace: "captain", tokenVersion: this.tokenVersion };
    const signed = [
      { alg: "HS256", typ: "JWT" },
      { data, iat, exp: iat + TOKEN_LIFE_SECONDS },
    ]
      .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
      .join(".");
    return `${signed}.${this.sign(signed)}`;
  }

  private sign(text: string): string {
    return createHmac("sha256", this.signingKey).update(text).digest("base64url");
  }
}

function randomVersion(): string {
  return randomBytes(32).toString("hex");
}
