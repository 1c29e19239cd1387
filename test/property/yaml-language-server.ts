/**
 * An editor that knows nothing but the YAML language server: it opens a text and asks what may stand at `|`, what is known of
 * what stands there, and what is wrong.
 *
 * In: the server's program. Out: labels and what would be inserted, explanations, mistakes with their lines. It knows nothing of labs.
 */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly result?: unknown;
  readonly params?: {
    readonly items?: readonly unknown[];
    readonly uri?: string;
    readonly diagnostics?: readonly Flag[];
  };
}

interface Item {
  readonly label: string;
  readonly insertText?: string;
  readonly textEdit?: { readonly newText: string };
}

/** A mistake, and the line that it is in, from 0. */
interface Flag {
  readonly message: string;
  readonly range: { readonly start: { readonly line: number } };
}

export interface Offer {
  readonly label: string;
  readonly inserts: string;
}

export interface Editor {
  readonly complete: (text: string) => Promise<readonly Offer[]>;
  readonly explain: (text: string) => Promise<string>;
  readonly judge: (text: string) => Promise<readonly Flag[]>;
  readonly close: () => void;
}

const CAPABILITIES = {
  textDocument: { completion: { completionItem: { snippetSupport: true } } },
  workspace: { configuration: true },
};

export async function openEditor(program: string): Promise<Editor> {
  const { send, ask, hear, close } = connect(program);
  await ask('initialize', { processId: process.pid, rootUri: null, capabilities: CAPABILITIES });
  send({ method: 'initialized', params: {} });
  const open = (text: string) => {
    const uri = `file:///${randomUUID()}.yaml`;
    const document = { uri, languageId: 'yaml', version: 1, text: text.replace('|', '') };
    const flags = hear(uri);
    send({ method: 'textDocument/didOpen', params: { textDocument: document } });
    return { uri, flags };
  };
  const askAt = (method: string, text: string) => {
    const before = text.slice(0, text.indexOf('|')).split('\n');
    const position = { line: before.length - 1, character: before.at(-1)?.length ?? 0 };
    return ask(method, { textDocument: { uri: open(text).uri }, position });
  };
  const complete = async (text: string) => {
    const { items } = (await askAt('textDocument/completion', text)) as { items: Item[] };
    return items.map(item => ({ label: item.label, inserts: item.textEdit?.newText ?? item.insertText ?? '' }));
  };
  const explain = async (text: string) => {
    const found = (await askAt('textDocument/hover', text)) as null | { contents: { value: string } };
    return found?.contents.value ?? '';
  };
  return { complete, explain, judge: text => open(text).flags, close };
}

function connect(program: string) {
  const server = spawn(process.execPath, [program, '--stdio'], { stdio: ['pipe', 'pipe', 'ignore'] });
  const waiting = new Map<number, (result: unknown) => void>();
  const listening = new Map<string, (flags: readonly Flag[]) => void>();
  let received = Buffer.alloc(0);
  let asked = 0;
  const send = (message: object) => {
    const body = JSON.stringify({ jsonrpc: '2.0', ...message });
    server.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  };
  const ask = (method: string, params: object) =>
    new Promise<unknown>(resolve => {
      asked += 1;
      waiting.set(asked, resolve);
      send({ id: asked, method, params });
    });
  const hear = (uri: string) => new Promise<readonly Flag[]>(resolve => listening.set(uri, resolve));
  const take = ({ id, method, result, params }: Message) => {
    if (id === undefined) listening.get(params?.uri ?? '')?.(params?.diagnostics ?? []);
    else if (method === undefined) waiting.get(id)?.(result);
    else send({ id, result: params?.items?.map(() => ({ completion: true, validate: true, hover: true })) ?? null });
  };
  server.stdout.on('data', (data: Buffer) => {
    const { messages, rest } = splitMessages(Buffer.concat([received, data]));
    received = rest;
    messages.forEach(take);
  });
  return { send, ask, hear, close: () => server.kill() };
}

function splitMessages(bytes: Buffer): { readonly messages: readonly Message[]; readonly rest: Buffer<ArrayBuffer> } {
  const messages: Message[] = [];
  let rest = Buffer.from(bytes);
  for (;;) {
    const head = rest.indexOf('\r\n\r\n');
    const length = Number(/Content-Length: (\d+)/i.exec(rest.subarray(0, Math.max(head, 0)).toString())?.[1]);
    if (head < 0 || rest.length < head + 4 + length) return { messages, rest };
    messages.push(JSON.parse(rest.subarray(head + 4, head + 4 + length).toString()) as Message);
    rest = rest.subarray(head + 4 + length);
  }
}
