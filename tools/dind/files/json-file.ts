import { readFileSync } from 'node:fs';
import type { z } from 'zod';
import { ToolError, toMessage } from '../effects/errors.ts';

export interface JsonFileRules<T> {
	readonly schema: z.ZodType<T>;
	/** What the file is to the reader, `the device's configuration`. */
	readonly role: string;
	/** How to get a good one. */
	readonly todo: string;
}

/**
 * Reads and checks a JSON file that a person wrote.
 * @throws {ToolError} that names the file, the place in it and what to do
 */
export function readJsonFile<T>(path: string, rules: JsonFileRules<T>): T {
	return parseJsonText(readText(path, rules), path, rules);
}

/** As {@link readJsonFile}, for a text that is at hand already. */
export function parseJsonText<T>(text: string, path: string, rules: JsonFileRules<T>): T {
	return checkJson(parse(text, path, rules), path, rules);
}

/** As {@link readJsonFile}, for a value that was parsed already. */
export function checkJson<T>(value: unknown, path: string, rules: JsonFileRules<T>): T {
	const { schema, role, todo } = rules;
	const parsed = schema.safeParse(value);
	if (parsed.success) return parsed.data;
	const faults = parsed.error.issues.map(({ path: at, message }) => `  ${toPlace(at)}: ${message}`);
	throw new ToolError(`${path} is not valid as ${role}:\n${faults.join('\n')}`, { todo });
}

function readText<T>(path: string, { role, todo }: JsonFileRules<T>): string {
	try {
		return readFileSync(path, 'utf8');
	} catch (cause) {
		throw new ToolError(`${path}, ${role}, cannot be read: ${toMessage(cause)}`, { todo, cause });
	}
}

function parse<T>(text: string, path: string, { role, todo }: JsonFileRules<T>): unknown {
	if (text.trim() === '') throw new ToolError(`${path}, ${role}, is empty`, { todo });
	try {
		const value: unknown = JSON.parse(text);
		return value;
	} catch (cause) {
		const comment = /(^|[\s,{[])\/[/*]/m.test(text) ? ' (comments are not part of JSON)' : '';
		throw new ToolError(`${path}, ${role}, is not JSON: ${toMessage(cause)}${comment}`, {
			todo,
			cause,
		});
	}
}

function toPlace(path: readonly PropertyKey[]): string {
	return path.length === 0 ? 'the document' : path.map(String).join('.');
}
