import type { ServiceReport } from './service-report.ts';

/** One row per release and image. */
export function uniqueByImage(rows: readonly ServiceReport[]): ServiceReport[] {
	const target = rows.filter(({ isTarget }) => isTarget);
	const others = rows.filter(({ isTarget }) => !isTarget);
	const merged = target.map((row) => asItRuns(row, others));
	const taken = new Set<string>();
	return [...merged, ...others].filter(({ commit, image }) => {
		const key = `${commit} ${image}`;
		const isNew = !taken.has(key);
		taken.add(key);
		return isNew;
	});
}

/** A service whose old container has the image already is what that container is, though the release changed. */
function asItRuns(row: ServiceReport, others: readonly ServiceReport[]): ServiceReport {
	if (row.status !== 'Downloaded') return row;
	const old = others.find(
		({ image, serviceName }) => image === row.image && serviceName === row.serviceName,
	);
	if (old === undefined) return row;
	const { status, containerId, createdAtSec } = old;
	return { ...row, status, containerId, createdAtSec };
}

/** Two running containers of one service in different releases are handing over: the newer one waits. */
export function withHandover(rows: readonly ServiceReport[]): ServiceReport[] {
	return rows.map((row) => {
		if (row.status !== 'Running') return row;
		const rivals = rows.filter(
			(other) =>
				other.serviceName === row.serviceName &&
				other.status === 'Running' &&
				other.containerId !== row.containerId &&
				other.commit !== row.commit,
		);
		if (rivals.length === 0) return row;
		const isNewest = rivals.every(
			({ createdAtSec = 0 }) => createdAtSec <= (row.createdAtSec ?? 0),
		);
		return { ...row, status: isNewest ? 'Awaiting handover' : 'Handing over' };
	});
}
