/** What differs from one device to the next, by name: `$app` in a file stands for the member `app`. */
export type Names = Readonly<Record<string, string | number>>;

/** Words in a recorded answer that stand for any value of a kind. */
const kinds: Readonly<Record<string, RegExp>> = {
	'<integer>': /^\d+$/,
	'<text>': /^[^]*$/,
	'<id>': /^[0-9a-f]{64}$/,
	'<key>': /^[0-9a-f]{32}$/,
	'<digest>': /^sha256:[0-9a-f]{64}$/,
	'<time>': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/,
};
const kindForm = /<(?:integer|text|id|key|digest|time)>/;

/** The value with every `$name` filled in; one that is nothing but a name keeps its type. */
export function fillIn(value: unknown, names: Names): unknown {
	if (typeof value === 'string') return fillInText(value, names);
	if (Array.isArray(value)) return value.map((one) => fillIn(one, names));
	if (typeof value !== 'object' || value === null) return value;
	const members = Object.entries(value).map(([key, inner]) => [
		String(fillInText(key, names)),
		fillIn(inner, names),
	]);
	return Object.fromEntries(members) as unknown;
}

function fillInText(text: string, names: Names): string | number {
	const whole = /^\$(\w+)$/.exec(text)?.[1];
	const value = whole === undefined ? undefined : names[whole];
	if (value !== undefined) return value;
	return text.replaceAll(/\$(\w+)/g, (all, name: string) => String(names[name] ?? all));
}

/**
 * What is to be recorded in the place of an answer that does not fit any more: of what still fits, what was recorded;
 * else what is seen, with names in the place of values that are theirs alone.
 */
export function recordAnew(recorded: unknown, seen: unknown, names: Names): unknown {
	if (differencesOf(fillIn(recorded, names), seen).length === 0) return recorded;
	if (Array.isArray(seen)) {
		const before = Array.isArray(recorded) ? recorded : [];
		return seen.map((one, index) => recordAnew(before[index], one, names));
	}
	if (!isContainer(seen)) return nameFor(seen, names);
	const members = Object.entries(seen).map(([key, inner]) => {
		const name = String(nameFor(/^\d+$/.test(key) ? Number(key) : key, names));
		return [name, recordAnew(isContainer(recorded) ? recorded[name] : undefined, inner, names)];
	});
	return Object.fromEntries(members) as unknown;
}

function nameFor(value: unknown, names: Names): unknown {
	const special = Object.entries(names).filter(([, one]) => String(one).length >= 4);
	const whole = special.find(([, one]) => one === value)?.[0];
	return whole === undefined ? value : `$${whole}`;
}

/** @returns where the two differ, in words; none when they fit */
export function differencesOf(recorded: unknown, seen: unknown, place = 'answer'): string[] {
	if (typeof recorded === 'string' && kindForm.test(recorded)) {
		return isOfKind(recorded, seen) ? [] : [`${place}: ${shown(seen)} is no ${recorded}`];
	}
	if (!isContainer(recorded) || !isContainer(seen)) {
		return Object.is(recorded, seen) ? [] : [`${place}: ${shown(seen)}, not ${shown(recorded)}`];
	}
	if (Array.isArray(recorded) !== Array.isArray(seen)) return [`${place}: ${shown(seen)}`];
	const keys = new Set([...Object.keys(recorded), ...Object.keys(seen)]);
	return [...keys].flatMap((key) => {
		const inner = `${place}.${key}`;
		if (!Object.hasOwn(seen, key)) return [`${inner} is missing`];
		if (!Object.hasOwn(recorded, key)) return [`${inner} is not recorded: ${shown(seen[key])}`];
		return differencesOf(recorded[key], seen[key], inner);
	});
}

function isContainer(value: unknown): value is Readonly<Record<string, unknown>> {
	return typeof value === 'object' && value !== null;
}

function isOfKind(recorded: string, seen: unknown): boolean {
	const whole = kinds[recorded];
	if (whole !== undefined) {
		const isRightType =
			recorded === '<integer>' ? Number.isInteger(seen) : typeof seen === 'string';
		return isRightType && whole.test(String(seen));
	}
	if (typeof seen !== 'string') return false;
	const parts = recorded.split(/(<(?:integer|text|id|key|digest|time)>)/);
	const source = parts.map((part) => kinds[part]?.source.slice(1, -1) ?? escaped(part)).join('');
	return new RegExp(`^${source}$`).test(seen);
}

function escaped(text: string): string {
	return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

function shown(value: unknown): string {
	return value === undefined ? 'nothing' : JSON.stringify(value);
}
