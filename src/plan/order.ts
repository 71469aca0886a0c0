import type { Plan, Step } from '../model/plan.ts';

/** Longer lists of what a step waits for are left as they are, so that the work stays linear. */
const longestReduced = 16;

/**
 * Makes a plan of steps: each waits only for steps that are there, and comes after all it waits for; apart from that
 * the given order is kept.
 * @param closing - steps that come at the end, one after the other: each waits for all that no other waits for
 * @throws {Error} if steps wait for one another in a circle: a defect of the planner
 */
export function toPlan(steps: readonly Step[], closing: readonly Step[] = []): Plan {
	const all = [...steps, ...closing];
	const places = new Map(all.map(({ id }, place) => [id, place]));
	const waits = steps.map(({ after }) => placesOf(after, places));
	closeWith(closing.length, waits);
	const ordered = inOrder(all, waits);
	return { steps: ordered.flatMap((place) => placed(all, place, waits)) };
}

function placed(all: readonly Step[], place: number, waits: readonly Waits[]): Step[] {
	const step = all[place];
	if (step === undefined) return [];
	const after = withoutDetours(waits[place] ?? [], waits).flatMap(
		(before) => all[before]?.id ?? [],
	);
	return [{ ...step, after }];
}

/** Places of the steps that one waits for, each once. */
type Waits = readonly number[];

function placesOf(ids: readonly string[], places: ReadonlyMap<string, number>): Waits {
	const found: number[] = [];
	for (const id of ids) {
		const place = places.get(id);
		if (place !== undefined) found.push(place);
	}
	if (found.length < 2) return found;
	return found.length > longestReduced
		? [...new Set(found)]
		: found.filter((place, index) => found.indexOf(place) === index);
}

/** Has each of so many further steps wait for all before it that nothing waits for. */
function closeWith(count: number, waits: Waits[]): void {
	if (count === 0) return;
	const isAwaited = new Uint8Array(waits.length + count);
	for (const before of waits) {
		for (const place of before) isAwaited[place] = 1;
	}
	for (let closed = 0; closed < count; closed += 1) {
		const last: number[] = [];
		for (let place = 0; place < waits.length; place += 1) {
			if (isAwaited[place] === 0) last.push(place);
		}
		for (const place of last) isAwaited[place] = 1;
		waits.push(last);
	}
}

function inOrder(all: readonly Step[], waits: readonly Waits[]): number[] {
	const marks = new Uint8Array(all.length);
	const [open, done] = [1, 2];
	const ordered: number[] = [];
	const visit = (place: number): void => {
		if (marks[place] === open)
			throw new Error(`steps wait for one another: ${all[place]?.id ?? ''}`);
		if (marks[place] === done) return;
		marks[place] = open;
		waits[place]?.forEach(visit);
		marks[place] = done;
		ordered.push(place);
	};
	for (let place = 0; place < all.length; place += 1) visit(place);
	return ordered;
}

/** Leaves out what a step need not say, as another step it waits for waits for it too. */
function withoutDetours(before: Waits, waits: readonly Waits[]): Waits {
	if (before.length < 2 || before.length > longestReduced) return before;
	const isImplied = (place: number): boolean =>
		before.some((other) => {
			const further = waits[other] ?? [];
			return further.length <= longestReduced && further.includes(place);
		});
	return before.filter((place) => !isImplied(place));
}
