/** Names and values of labels, in the order of the family. */
export type Labels = Readonly<Record<string, string>>;

/** One line of the exposition. */
export interface Sample {
	/** Default: the family's. */
	readonly name?: string | undefined;
	readonly labels: Labels;
	readonly value: number;
}

/** All samples of one name, as Prometheus sees them. */
export interface MetricFamily {
	readonly name: string;
	readonly help: string;
	readonly type: 'counter' | 'gauge' | 'histogram';
	/** Names of its labels, for documents. */
	readonly labelNames: readonly string[];
	readonly read: () => readonly Sample[] | Promise<readonly Sample[]>;
}

interface Description {
	/** By the conventions of Prometheus: base units, `_total` for counters. */
	readonly name: string;
	readonly help: string;
	/** Their values come from short lists: each combination takes memory for good. */
	readonly labelNames?: readonly string[];
}

export interface Counter extends MetricFamily {
	/** @param values - of the labels, in the family's order. @param by - default 1 */
	add(values: readonly string[], by?: number): void;
}

export interface Histogram extends MetricFamily {
	/** @param values - of the labels, in the family's order */
	observe(values: readonly string[], value: number): void;
}

/** Should a label ever take values without end, the rest is counted under `other`. */
const seriesMax = 500;
const rest = 'other';
const isRest = (value: string): boolean => value === rest;

/** Values by labels; the first time one is touched it is made. */
function createSeries<T>(labelNames: readonly string[], make: () => T) {
	const series = new Map<string, { readonly labels: Labels; readonly value: T }>();
	const labelsOf = (values: readonly string[]): Labels =>
		Object.fromEntries(labelNames.map((name, index) => [name, values[index] ?? '']));
	const at = (values: readonly string[]): T => {
		const key = values.join('\0');
		const known = series.get(key);
		if (known !== undefined) return known.value;
		if (series.size >= seriesMax && !values.every(isRest)) return at(labelNames.map(() => rest));
		const value = make();
		series.set(key, { labels: labelsOf(values), value });
		return value;
	};
	return { at, all: () => [...series.values()] };
}

/** A number that only grows. Without labels it is there from the beginning, as 0. */
export function createCounter({ name, help, labelNames = [] }: Description): Counter {
	const series = createSeries(labelNames, () => ({ sum: 0 }));
	if (labelNames.length === 0) series.at([]);
	return {
		...{ name, help, labelNames, type: 'counter' },
		add(values, by = 1) {
			series.at(values).sum += by;
		},
		read: () => series.all().map(({ labels, value }) => ({ labels, value: value.sum })),
	};
}

/** Counts of values by their size. */
export function createHistogram({
	name,
	help,
	labelNames = [],
	bounds,
}: Description & { readonly bounds: readonly number[] }): Histogram {
	const series = createSeries(labelNames, () => ({
		counts: new Array<number>(bounds.length + 1).fill(0),
		sum: 0,
	}));
	return {
		...{ name, help, labelNames, type: 'histogram' },
		observe(values, value) {
			const one = series.at(values);
			const index = bounds.findIndex((bound) => value <= bound);
			const slot = index === -1 ? bounds.length : index;
			one.counts[slot] = (one.counts[slot] ?? 0) + 1;
			one.sum += value;
		},
		read: () =>
			series.all().flatMap(({ labels, value: { counts, sum } }) => {
				let count = 0;
				const buckets = counts.map((own, index) => {
					count += own;
					const le = String(bounds[index] ?? '+Inf');
					return { name: `${name}_bucket`, labels: { ...labels, le }, value: count };
				});
				const total = { name: `${name}_count`, labels, value: count };
				return [...buckets, { name: `${name}_sum`, labels, value: sum }, total];
			}),
	};
}

/** Values that are read when somebody asks for them. */
export function createReading({
	name,
	help,
	labelNames = [],
	type = 'gauge',
	read,
}: Description &
	Pick<MetricFamily, 'read'> & { readonly type?: 'counter' | 'gauge' }): MetricFamily {
	return { name, help, labelNames, type, read };
}
