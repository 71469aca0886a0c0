import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parse, parseDocument } from 'yaml';
import { z } from 'zod';

const folder = path.resolve(import.meta.dirname, '../cases');

const CaseRequest = z.strictObject({
	/** Default: those of the endpoint. */
	method: z.string().optional(),
	path: z.string().optional(),
	key: z.enum(['global', 'app', 'wrong', 'none']).default('global'),
	keyIn: z.enum(['header', 'query']).default('header'),
	headers: z.record(z.string(), z.string()).default({}),
	/** At most one of these; none: no body and no content type, as the cloud calls. */
	json: z.unknown().optional(),
	form: z.record(z.string(), z.string()).optional(),
	/** Sent as it is, as JSON. */
	text: z.string().optional(),
	/** A JSON body of this size. */
	sizeBytes: z.number().optional(),
});

const CaseResponse = z.strictObject({
	status: z.number(),
	/** Media type without parameters; absent: there is none. */
	type: z.string().optional(),
	text: z.string().optional(),
	json: z.unknown().optional(),
	/** The first lines of an answer that has no end. */
	lines: z.array(z.string()).optional(),
});
export type CaseResponse = z.infer<typeof CaseResponse>;

const Case = z.strictObject({
	/** Goes on after `must answer`. */
	name: z.string(),
	/** The state of the device; see given.ts. */
	given: z.string().default('settled'),
	/** False where a real device could not go on after it. */
	onDevice: z.boolean().default(true),
	request: CaseRequest.default(() => CaseRequest.parse({})),
	/** Absent: to be written by UPDATE_GOLDEN=1. */
	response: CaseResponse.optional(),
});
export type Case = z.infer<typeof Case>;

const CaseFile = z.strictObject({
	/** `POST /v1/restart` */
	endpoint: z.string().regex(/^[A-Z]+ \/\S*$/),
	cases: z.array(Case),
});

/** The recorded answers of one endpoint. */
export interface Recording extends z.infer<typeof CaseFile> {
	/** Name of its file, without the ending. */
	readonly name: string;
}

export function readRecordings(): Recording[] {
	const files = readdirSync(folder).filter((file) => file.endsWith('.yaml'));
	return files.sort().map((file) => {
		const text = readFileSync(path.join(folder, file), 'utf8');
		return { name: path.basename(file, '.yaml'), ...CaseFile.parse(parse(text)) };
	});
}

/** Puts what was answered in the place of what stands there. */
export function rewriteResponse(recording: Recording, index: number, seen: unknown): void {
	const file = path.join(folder, `${recording.name}.yaml`);
	const document = parseDocument(readFileSync(file, 'utf8'));
	document.setIn(['cases', index, 'response'], document.createNode(seen));
	writeFileSync(file, document.toString({ lineWidth: 0, singleQuote: true }));
}
