import { createHash } from 'node:crypto';
import { canonicalJson } from '../../kit/digest.ts';
import { hashOf, wordOf } from './config-fields.ts';

/** What tells drift of a container: the members of its configuration that its digest is made of. */
export type ComparableConfig = Readonly<Record<string, unknown>> & {
	readonly Env: readonly string[];
	readonly Labels: Readonly<Record<string, string>>;
	readonly HostConfig: Readonly<Record<string, unknown>>;
};

/** What a configuration is told by. */
export interface ConfigTexts {
	/** SHA-256 of its canonical JSON, 64 hex digits. */
	readonly digest: string;
	/**
	 * A short hash of every field, as text for a label: `environment.MODE=1k2j3 ports=9x8y7`. Kept beside the digest, which
	 * tells that something differs, so that it can be said what. Undefined when there is too much of it.
	 */
	readonly fields: string | undefined;
}

/** Longer texts are left out: a label is to be read with every list of containers. */
const longestText = 8000;

/** Texts as they grow, part by part. */
interface Growing {
	json: string;
	hashes: string;
}

/** What is made of a line of an environment. */
interface LineText {
	readonly json: string;
	readonly hash: string;
}

/**
 * Tells configurations by their texts; each part is put into words once for both.
 * @param common - lines that many of the environments have: what is made of them is kept
 */
export function createConfigTexts(
	common: Iterable<string> = [],
): (config: ComparableConfig) => ConfigTexts {
	const lines = new Map([...common].map((line) => [line, textOfLine(line)]));
	return (config) => {
		const text: Growing = { json: '', hashes: '' };
		for (const member of Object.keys(config).sort()) {
			const value = config[member];
			if (value === undefined) continue;
			text.json += `${text.json === '' ? '{' : ','}"${member}":`;
			if (member === 'Env') addLines(text, config.Env, lines);
			else if (member === 'Labels') addLabels(text, config.Labels);
			else if (member === 'HostConfig') addMembers(text, config.HostConfig);
			else addMember(text, member, value);
		}
		const fields = text.hashes.slice(1);
		return {
			digest: createHash('sha256').update(`${text.json}}`).digest('hex'),
			fields: fields.length > longestText ? undefined : fields,
		};
	};
}

function addLines(
	text: Growing,
	environment: readonly string[],
	known: ReadonlyMap<string, LineText>,
): void {
	text.json += '[';
	environment.forEach((line, index) => {
		const { json, hash } = known.get(line) ?? textOfLine(line);
		text.json += index === 0 ? json : `,${json}`;
		text.hashes += hash;
	});
	text.json += ']';
}

function textOfLine(line: string): LineText {
	const name = line.slice(0, line.indexOf('='));
	return { json: JSON.stringify(line), hash: ` environment.${name}=${hashOf(line)}` };
}

function addLabels(text: Growing, labels: ComparableConfig['Labels']): void {
	text.json += '{';
	Object.keys(labels)
		.sort()
		.forEach((name, index) => {
			const value = labels[name] ?? '';
			text.json += `${index === 0 ? '' : ','}${JSON.stringify(name)}:${JSON.stringify(value)}`;
			text.hashes += ` labels.${name}=${hashOf(value)}`;
		});
	text.json += '}';
}

function addMembers(text: Growing, config: Readonly<Record<string, unknown>>): void {
	let separator = '{';
	for (const member of Object.keys(config).sort()) {
		const value = config[member];
		if (value === undefined) continue;
		text.json += `${separator}"${member}":`;
		addMember(text, member, value);
		separator = ',';
	}
	text.json += separator === '{' ? '{}' : '}';
}

function addMember(text: Growing, member: string, value: unknown): void {
	const json = canonicalJson(value);
	text.json += json;
	text.hashes += ` ${wordOf(member)}=${hashOf(typeof value === 'string' ? value : json)}`;
}
