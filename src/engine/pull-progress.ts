/** A line of the engine's pull stream. */
export interface PullLine {
	readonly id?: string | undefined;
	readonly status?: string | undefined;
	readonly progressDetail?: { readonly current?: number; readonly total?: number } | undefined;
}

export interface PullProgress {
	/** Takes a line. @returns the percentage when it has grown, 0 to 99; the caller says when it is done */
	add(line: PullLine): number | undefined;
	/** Of the layers whose size the engine told. */
	readonly downloadedBytes: number;
}

interface Layer {
	totalBytes?: number | undefined;
	/** 0 to 1. */
	downloaded: number;
	/** 0 to 1. */
	extracted: number;
}

/** Of the work on a layer, the part that is the download. */
const downloadShare = 0.75;

/** Adds up a pull's layers by bytes; a layer of unknown size weighs as much as the known ones do on average. */
export function createPullProgress(): PullProgress {
	const layers = new Map<string, Layer>();
	let lastPercent = 0;
	return {
		get downloadedBytes() {
			return [...layers.values()].reduce(
				(sum, { totalBytes = 0, downloaded }) => sum + Math.round(totalBytes * downloaded),
				0,
			);
		},
		add(line) {
			if (line.id === undefined) return undefined;
			const layer = layers.get(line.id) ?? { downloaded: 0, extracted: 0 };
			if (!applyLine(layer, line)) return undefined;
			layers.set(line.id, layer);
			const percent = Math.min(99, Math.floor(100 * doneShare([...layers.values()])));
			if (percent <= lastPercent) return undefined;
			lastPercent = percent;
			return percent;
		},
	};
}

/** @returns false for lines that say nothing about a layer to be fetched */
function applyLine(layer: Layer, { status, progressDetail = {} }: PullLine): boolean {
	const { current = 0, total = 0 } = progressDetail;
	switch (status) {
		case 'Pulling fs layer':
		case 'Waiting':
			return true;
		case 'Downloading':
			if (total > 0) {
				layer.totalBytes = total;
				layer.downloaded = Math.min(1, current / total);
			}
			return true;
		case 'Verifying Checksum':
		case 'Download complete':
			layer.downloaded = 1;
			return true;
		case 'Extracting':
			layer.downloaded = 1;
			if (total > 0) layer.extracted = Math.min(1, current / total);
			return true;
		case 'Pull complete':
			layer.downloaded = 1;
			layer.extracted = 1;
			return true;
		default:
			return false; // 'Already exists', 'Pulling from …', 'Digest: …'
	}
}

function doneShare(layers: readonly Layer[]): number {
	const known = layers.flatMap(({ totalBytes }) => totalBytes ?? []);
	const average = known.length === 0 ? 1 : known.reduce((sum, n) => sum + n, 0) / known.length;
	let done = 0;
	let whole = 0;
	for (const { totalBytes = average, downloaded, extracted } of layers) {
		done += totalBytes * (downloaded * downloadShare + extracted * (1 - downloadShare));
		whole += totalBytes;
	}
	return whole === 0 ? 0 : done / whole;
}
