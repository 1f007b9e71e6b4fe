/** Calls a provider as Terraform does, for calls that the installed Terraform does not make. */
import { type ClientHttp2Session, connect } from "node:http2";
import { fieldsOf, objectType } from "../../lib/terraform-plugin/fields";
import { frame, type Handlers } from "../../lib/terraform-plugin/grpc";
import type { calls } from "../../lib/terraform-plugin/messages";
import { encodeValue } from "../../lib/terraform-plugin/msgpack";
import type { Message } from "../../lib/terraform-plugin/protobuf";
import { timeoutsBlock } from "../../lib/terraform-plugin/timeouts";
import type { ObjectValue } from "../../lib/terraform-plugin/value";
import { complete } from "../../lib/terraform-plugin/wire-object";
import { example } from "./example-provider";

const {
  attributes,
  blocks = {},
  timeoutSeconds = {},
} = example.resources?.["example_thing"] ?? {
  attributes: {},
};
const thing = fieldsOf({ attributes, blocks: { ...blocks, timeouts: timeoutsBlock(timeoutSeconds) } });

/** An `example_thing` as Terraform would send it. Attributes that are not given are null. */
export function thingOf(values: ObjectValue): { readonly msgpack: Uint8Array } {
  return { msgpack: encodeValue({ ...complete(thing, values), ...values }, objectType(thing)) };
}

/** Sends the bytes of a request to a method, and returns those of its answer. */
export type Send = (path: string, request: Uint8Array) => Promise<Uint8Array>;

export async function call<Request, Response>(
  send: Send,
  name: keyof typeof calls,
  { request, response }: { request: Message<unknown, Request>; response: Message<Response, never> },
  content: Request,
): Promise<Response> {
  return response.decode(await send(`/tfplugin6.Provider/${name}`, request.encode(content)));
}

/** Sends to a provider in this process. */
export const toHandlers =
  (handlers: Handlers): Send =>
  async (path, request) => {
    const handler = handlers.get(path);
    if (handler === undefined) throw new Error(`no handler for ${path}`);
    return handler(request);
  };

/** Sends to a provider that serves without TLS, because it got no certificate. */
export function toAddress(address: string): { readonly send: Send; readonly session: ClientHttp2Session } {
  const session = connect(`http://${address}`);
  const send: Send = (path, request) =>
    new Promise((resolve, reject) => {
      const stream = session.request({
        ":method": "POST",
        ":path": path,
        "content-type": "application/grpc",
      });
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.once("error", reject);
      stream.once("close", () => {
        const answer = Buffer.concat(chunks);
        if (answer.length < 5) reject(new Error(`${path} was not answered`));
        else resolve(answer.subarray(5));
      });
      stream.end(frame(request));
    });
  return { send, session };
}
