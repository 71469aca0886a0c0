import { Refusal } from '../refusal.ts';

type Scalar = string | number | boolean | null;
export type ODataRow = Record<string, unknown>;

interface Condition {
	field: string;
	value: Scalar;
}

const clause = /^\(*\s*([a-z_]+)\s+eq\s+('(?:[^']|'')*'|\d+|null|true|false)\s*\)*$/;

function toScalar(literal: string): Scalar {
	if (literal.startsWith("'")) return literal.slice(1, -1).replaceAll("''", "'");
	if (literal === 'null') return null;
	if (literal === 'true' || literal === 'false') return literal === 'true';
	return Number(literal);
}

/**
 * Understands what supervisors ask: `field eq literal`, joined by `and`, in parentheses or not.
 * @throws {Refusal} 400 for any other expression
 */
export function parseFilter(filter: unknown): Condition[] {
	if (filter === undefined) return [];
	if (typeof filter !== 'string') throw new Refusal(400, { json: 'Malformed $filter' });
	return filter.split(/\s+and\s+/).map((part) => {
		const [, field, literal] = clause.exec(part.trim()) ?? [];
		if (field === undefined || literal === undefined)
			throw new Refusal(400, { json: `Cannot understand $filter: ${part}` });
		return { field, value: toScalar(literal) };
	});
}

/** A link to another row compares by its id. */
function comparable(value: unknown): unknown {
	return typeof value === 'object' && value !== null && '__id' in value ? value.__id : value;
}

const bad = (field: string): Refusal => new Refusal(400, { json: `Unknown field ${field}` });

function project(row: ODataRow, select: unknown): ODataRow {
	if (typeof select !== 'string') return row;
	return Object.fromEntries(
		select.split(',').map((field) => {
			if (!(field in row)) throw bad(field);
			return [field, row[field]];
		}),
	);
}

/** The rows a query of `$filter`, `$select` and `$top` leaves, as OData answers them. */
export function answerQuery(
	rows: readonly ODataRow[],
	query: Readonly<Record<string, unknown>>,
): { d: ODataRow[] } {
	const conditions = parseFilter(query.$filter);
	const matching = rows.filter((row) =>
		conditions.every(({ field, value }) => {
			if (!(field in row)) throw bad(field);
			return comparable(row[field]) === value;
		}),
	);
	const top = query.$top === undefined ? matching.length : Number(query.$top);
	return { d: matching.slice(0, top).map((row) => project(row, query.$select)) };
}
