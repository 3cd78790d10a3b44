// Bodies that nobody means to send, and what should happen to each according to docs/triggers.md and docs/decisions.md,
// decided by rules that share nothing with the node's code.
import { deflateSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';

export type Verdict = 'start' | 'ignore' | 'refuse';

export interface OddBody {
	/** Undefined for no such header. */
	contentType?: string;
	contentEncoding?: 'gzip' | 'deflate' | 'identity';
	/** Sent in chunks, without its length. */
	isChunked: boolean;
	/** What is sent, but for the content encoding. */
	bytes: Buffer;
}

/** The bytes as they are sent. */
export function encoded({ bytes, contentEncoding }: OddBody): Buffer {
	if (contentEncoding === 'gzip') return gzipSync(bytes);
	return contentEncoding === 'deflate' ? deflateSync(bytes) : bytes;
}

/** Whether n8n reads it as XML, before any node sees it. */
export const isXml = ({ contentType }: OddBody) => /[/+]xml\b/.test(contentType ?? '');

const LARGEST_BODY = 5 * 1024 * 1024;
const MOST_LEVELS = 100;
const FIELDS_OF_A_CALL = ['interview', 'interview_id', 'conversation_history', 'start_time', 'started_at'];
/** Of the statuses below, those of a call that is still running. */
const RUNNING = ['notstarted', 'inprogress', 'ringing', 'queued', 'onhold'];

/** What should happen to a body that is sent to a trigger for NEW_RESPONSE with 'Only Ended Calls' on. */
export function verdictOn(odd: OddBody): Verdict {
	if (odd.bytes.length > LARGEST_BODY || isXml(odd) || odd.contentType?.startsWith('multipart/')) return 'refuse';
	const text = textOf(odd);
	const body = parse(text);
	if (!isObject(body) || levelsOf(text) > MOST_LEVELS) return 'refuse';
	const isCall = isObject(body.call) || (isText(body.id) && FIELDS_OF_A_CALL.some((name) => name in body));
	if (!isCall) return 'start';
	const places = [body.call, body].filter(isObject);
	const valueOf = (name: string) =>
		places.map((place) => place[name]).find((one) => one !== undefined && one !== null && one !== '');
	if (isText(valueOf('end_time')) || isText(valueOf('ended_at'))) return 'start';
	const status = valueOf('status');
	const word = isText(status) ? String(status).toLowerCase() : '';
	return RUNNING.includes(word.replace(/[^\p{L}\p{N}]/gu, '')) ? 'ignore' : 'start';
}

/** JSON is UTF-8, unless it says so and says otherwise. */
function textOf({ bytes, contentType = '' }: OddBody): string {
	const charset = /^application\/json;.*charset="?([\w-]+)/i.exec(contentType)?.[1] ?? 'utf-8';
	return bytes.toString(charset.toLowerCase() as BufferEncoding).replace(/^\uFEFF/, '');
}

function parse(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

const isObject = (value: unknown): value is Record<string, unknown> =>
	Object.prototype.toString.call(value) === '[object Object]';

const isText = (value: unknown) => ['string', 'number', 'boolean'].includes(typeof value) && value !== '';

/** How deep valid JSON is nested. */
function levelsOf(json: string): number {
	let level = 0;
	let most = 0;
	for (const [bracket] of json.replace(/"[^"\\]*(?:\\.[^"\\]*)*"/g, '').matchAll(/[[\]{}]/g)) {
		level += bracket === '[' || bracket === '{' ? 1 : -1;
		most = Math.max(most, level);
	}
	return most;
}

const KEYS = [
	...['__proto__', 'constructor', 'prototype', 'toString', 'valueOf', 'toJSON', 'hasOwnProperty', 'length', 'then', ''],
	...['id', 'call_id', 'call', 'agent', 'contact', 'event', 'body', 'status', 'end_time', 'ended_at', 'tags', 'token'],
	...['duration_ms', 'duration_seconds', 'transcript', 'summary', 'summary_data', 'metadata', ...FIELDS_OF_A_CALL],
];
const STATUSES = [
	'COMPLETED',
	'completed',
	'NOT_STARTED',
	'in-progress',
	'No Answer',
	'Ringing…',
	'q.u.e.u.e.d',
	'On hold',
	'Something new',
	'!?',
	'',
];
const DATES = ['2026-01-31T09:00:42.000Z', '2026-02-30', '+275760-09-13T00:00:00.001Z', 'soon', '', '0000', '1e99'];
const NUMBERS = ['0', '-0', '1e999', '-1e-999', '9007199254740993', '123456789012345678901234567890', '1.7e308', '42'];

const json = (value: string) => JSON.stringify(value);
const oneOf = (...values: string[]) => fc.constantFrom(...values);

const key = fc.oneof({ weight: 4, arbitrary: oneOf(...KEYS) }, { weight: 1, arbitrary: fc.string({ unit: 'binary' }) });
// as text, since a value holds neither a key twice nor a number that is too large
const { value } = fc.letrec<{ value: string; list: string; object: string; scalar: string }>((tie) => ({
	value: fc.oneof({ depthSize: 'medium', withCrossShrink: true }, tie('scalar'), tie('list'), tie('object')),
	scalar: fc.oneof(
		oneOf('null', 'true', 'false', '{}', '[]', '""', '"\\u0000"', '"\\ud800"', '"\\udfff\\ud83d"', ...NUMBERS),
		oneOf(...STATUSES, ...DATES, '+14155550123', '\u2028', '🎉').map(json),
		fc.string({ unit: 'binary' }).map(json),
		fc.double().map((number) => JSON.stringify(number)),
	),
	list: fc.array(tie('value'), { maxLength: 4 }).map((entries) => `[${entries.join(',')}]`),
	object: fc.array(fc.tuple(key, tie('value')), { maxLength: 5 }).map(objectOf),
}));

function objectOf(members: Array<[name: string, json: string]>): string {
	return `{${members.map(([name, member]) => `${json(name)}:${member}`).join(',')}}`;
}

/** As it should be six times in seven. */
const mostly = (usual: fc.Arbitrary<string>) =>
	fc.oneof({ weight: 6, arbitrary: usual }, { weight: 1, arbitrary: value });
const texts = (...values: string[]) => oneOf(...values.map(json));

const turns = oneOf('[]', '[{"text":"Hello","author":"ai"},{"text":null},5]', '{}', '"Agent: Hello"');
const FIELDS = [0, 1, 2, 3, 4, 5, 6, 7, 8];
const fieldsOfACall = fc.tuple(
	fc.tuple(oneOf('interview', 'agent', 'interview_id'), mostly(oneOf('{"id":"agent"}', '"agent"'))),
	fc.tuple(fc.constant('contact'), mostly(oneOf('{"id":"contact","tags":["vip",{"name":"lead"}]}', '5', 'null'))),
	fc.tuple(fc.constant('status'), mostly(texts(...STATUSES))),
	fc.tuple(oneOf('start_time', 'started_at'), mostly(texts(...DATES))),
	fc.tuple(oneOf('end_time', 'ended_at'), mostly(fc.oneof(texts(...DATES), fc.constant('null')))),
	fc.tuple(oneOf('duration_ms', 'duration_seconds'), mostly(oneOf('"42000"', '42', '"long"', '-1'))),
	fc.tuple(oneOf('transcript', 'conversation_history'), mostly(turns)),
	fc.tuple(fc.constant('summary_data'), mostly(oneOf('null', '{}', '{"summary":"Glad"}', '"Glad"'))),
	fc.tuple(fc.constant('metadata'), value),
);
// the trigger starts once for the same call: what reads as an ID is unique, and what does not is no call's
const uuid = fc.noBias(fc.uuid()).map(json);
const id = fc.oneof(
	{ weight: 6, arbitrary: uuid },
	{ weight: 1, arbitrary: fc.noBias(fc.maxSafeInteger()).map(String) },
	{ weight: 1, arbitrary: oneOf('null', '""', '{}', '[1]') },
);
const call = fc
	.tuple(fieldsOfACall, fc.subarray(FIELDS), fc.array(fc.tuple(key, value), { maxLength: 2 }), id)
	.map(([fields, kept, more, last]) => objectOf([...kept.map((index) => fields[index]), ...more, ['id', last]]));
const nested = fc
	.tuple(mostly(call), fc.array(fc.tuple(key, value), { maxLength: 3 }))
	.map(([inner, more]) => objectOf([...more, ['call', inner]]));

const LEVELS = [50, 98, 99, 100, 101, 500, 5_000, 50_000];
const deep = fc
	.tuple(fc.constantFrom(...LEVELS), fc.constantFrom(['[', ']'], ['{"a":', '}']))
	.map(([levels, [open, close]]) => `{"a":${open.repeat(levels)}1${close.repeat(levels)}}`);
const long = fc
	.tuple(call, fc.constantFrom(100_000, 1_000_000, 5_200_000, 5_300_000, 12_000_000))
	.map(([fields, length]) => `${fields.slice(0, -1)},"note":"${'x'.repeat(length)}"}`);

const jsonText = fc.oneof(
	{ weight: 8, arbitrary: call },
	{ weight: 4, arbitrary: nested },
	{ weight: 4, arbitrary: fc.array(fc.tuple(key, value), { maxLength: 6 }).map(objectOf) },
	{ weight: 2, arbitrary: value },
);
const broken = fc
	.tuple(jsonText, fc.nat(), oneOf('', ',', '"', '}', '\u0000', '//', "'"))
	.map(([text, at, wedge]) => text.slice(0, at % (text.length + 1)) + wedge);
const content = fc.string({ unit: 'binary' }).map((text) => text.replace(/[<&]|[^\P{Cc}\s]/gu, ''));
const tags = ['call', 'id', '__proto__', 'constructor', 'toString', 'a:b'];
const xml = fc.oneof(
	fc.tuple(oneOf(...tags), content).map(([tag, inside]) => `<${tag}>${inside}</${tag}>`),
	oneOf('<call><id>1</id></call>', '<?xml version="1.0"?><a b="c"/>', '<a><![CDATA[{"id":1}]]></a>', '<a b="&lt;"/>'),
	fc.integer({ min: 1, max: 300 }).map((levels) => '<a>'.repeat(levels) + '</a>'.repeat(levels)),
);
const brokenXml = oneOf('<a>', '<a></b>', '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', '<a b=c/>', '<');
const form = fc.oneof(
	fc.webQueryParameters(),
	call.map((text) => `payload=${encodeURIComponent(text)}`),
	oneOf('id=1&interview=2&status=COMPLETED', '__proto__[id]=1', '%', 'a[b][c]=1', '='),
);
const multipart = call.map((text) => `--x\r\ncontent-disposition: form-data; name="call"\r\n\r\n${text}\r\n--x--\r\n`);
const anyText = fc.oneof(
	fc.string({ unit: 'binary' }),
	oneOf('', ' ', '\u0000', '\r\n\r\n', 'NaN', 'undefined', '\uFEFF'),
);

interface Content {
	contentType?: string;
	text: string;
	charset?: BufferEncoding;
}

const as = (types: Array<string | undefined>, text: fc.Arbitrary<string>, charset?: BufferEncoding) =>
	fc.record<Content>({ contentType: fc.constantFrom(...types), text, charset: fc.constant(charset) });

const JSON_TYPES = ['application/json', 'application/json; charset=utf-8', 'APPLICATION/JSON;charset="UTF-8"'];
const OTHER_TYPES = [undefined, 'text/plain', 'text/html; charset=utf-8', 'application/octet-stream', 'x'];
const TYPES_LIKE_JSON = ['application/json-patch+json', 'application/vnd.api+json', 'application/jsonl', 'text/json'];
const XML_TYPES = ['application/xml', 'text/xml; charset=utf-8', 'application/soap+xml'];
const FORM_TYPES = ['application/x-www-form-urlencoded', 'application/x-www-form-urlencoded; charset=utf-8'];

const anyContent = fc.oneof(
	{ weight: 200, arbitrary: as(JSON_TYPES, jsonText) },
	{ weight: 60, arbitrary: as([...OTHER_TYPES, ...TYPES_LIKE_JSON, ...FORM_TYPES], jsonText) },
	{ weight: 40, arbitrary: as([...JSON_TYPES, ...OTHER_TYPES], broken) },
	{ weight: 20, arbitrary: as(['application/json; charset=utf-16le'], jsonText, 'utf16le') },
	{ weight: 20, arbitrary: as(['application/json; charset=latin1'], jsonText, 'latin1') },
	{ weight: 10, arbitrary: as(['text/plain; charset=utf-16le'], jsonText, 'utf16le') },
	// what is no XML would never be answered: see the comparison with n8n's Webhook node
	{ weight: 20, arbitrary: as(XML_TYPES, fc.oneof(xml, oneOf('', ' '))) },
	{ weight: 20, arbitrary: as([...JSON_TYPES, ...OTHER_TYPES], fc.oneof(xml, brokenXml)) },
	{ weight: 20, arbitrary: as([...FORM_TYPES, 'application/json', undefined], form) },
	{ weight: 10, arbitrary: as(['multipart/form-data; boundary=x', 'multipart/mixed; boundary=x'], multipart) },
	{ weight: 40, arbitrary: as([...JSON_TYPES, ...OTHER_TYPES, ...FORM_TYPES], anyText) },
	{ weight: 10, arbitrary: as([...JSON_TYPES, ...OTHER_TYPES], deep) },
	{ weight: 2, arbitrary: as([...JSON_TYPES, ...OTHER_TYPES], long) },
);

const oddBody = fc
	.tuple(
		anyContent,
		fc.oneof({ weight: 9, arbitrary: fc.constant('') }, { weight: 1, arbitrary: oneOf('\uFEFF', ' \n\t') }),
		fc.constantFrom(undefined, undefined, undefined, 'identity' as const, 'gzip' as const, 'deflate' as const),
		fc.boolean(),
	)
	.map(([{ contentType, text, charset }, before, contentEncoding, isChunked]): OddBody => ({
		contentType,
		contentEncoding,
		isChunked,
		bytes: Buffer.from(before + text, charset),
	}));

/** The same bodies for the same seed. */
export const oddBodies = (count: number, seed: number): OddBody[] => fc.sample(oddBody, { numRuns: count, seed });
