import type { AppStatus, DindStatus } from './device-status.ts';

export interface RenderOptions {
	/** Escape sequences for colours; only for terminals. */
	readonly color: boolean;
}

/** The status as text for people, ending in a newline. */
export function renderStatus(status: DindStatus, options: RenderOptions): string {
	const lines = [...renderDevice(status), '', ...renderApps(status, options)];
	if (status.problem !== null) lines.push('', `Problem: ${status.problem}`);
	return `${lines.join('\n')}\n`;
}

/** One line about where the services are, for progress while waiting. */
export function summarize({ apps, state, problem }: DindStatus): string {
	if (problem !== null) return problem;
	const services = apps.flatMap((app) => app.services);
	if (services.length === 0) return `waiting for a release (${state ?? 'no state yet'})`;
	const words = services.map(({ name, status, downloadProgress }) =>
		downloadProgress === null ? `${name} ${status}` : `${name} ${status} ${downloadProgress} %`,
	);
	return words.join(', ');
}

function renderDevice({ name, device, containers, state, urls }: DindStatus): string[] {
	const registration = device.registered ? 'registered' : 'not registered';
	const rows: [string, string | null][] = [
		['Device', `${name} (container ${containers.device}, cloud container ${containers.cloud})`],
		['Name', device.name],
		['UUID', device.uuid],
		[
			'Cloud',
			device.cloud === null || device.cloud === '' ? 'none' : `${device.cloud} (${registration})`,
		],
		[
			'Status',
			joinWords([device.status, state, device.updateFailed ? 'last update failed' : null]),
		],
		['Versions', joinWords([device.osVersion, supervisorWords(device.supervisorVersion)])],
		['Address', device.ipAddress],
		['API', urls.api],
		['Page', urls.page],
	];
	return rows.map(([label, value]) => `${label.padEnd(10)}${value ?? '–'}`);
}

function supervisorWords(version: string | null): string | null {
	return version === null ? null : `supervisor ${version}`;
}

function joinWords(words: readonly (string | null)[]): string | null {
	const known = words.filter((word) => word !== null && word !== '');
	return known.length === 0 ? null : known.join(', ');
}

function renderApps({ apps }: DindStatus, { color }: RenderOptions): string[] {
	const rows = apps.flatMap(toRows);
	if (rows.length === 0) return ['No services.'];
	const table = [['APP', 'RELEASE', 'SERVICE', 'STATUS', 'PROGRESS'], ...rows];
	const widths = [0, 1, 2, 3].map((column) =>
		Math.max(...table.map((row) => cell(row, column).length)),
	);
	return table.map((row, index) =>
		row
			.map((text, column) => {
				const padded = text.padEnd(widths[column] ?? 0);
				return color && index > 0 && column === 3 ? paint(padded) : padded;
			})
			.join('  ')
			.trimEnd(),
	);
}

function cell(row: readonly string[], column: number): string {
	return row[column] ?? '';
}

function toRows(app: AppStatus): string[][] {
	const release = app.release?.slice(0, 8) ?? '–';
	if (app.services.length === 0) return [[app.name, release, '–', app.updateStatus ?? '–', '']];
	return app.services.map(({ name, status, downloadProgress }) => [
		app.name,
		release,
		name,
		status,
		downloadProgress === null ? '' : `${downloadProgress} %`,
	]);
}

function paint(status: string): string {
	const code = status.trim() === 'Running' ? 32 : 33;
	return `\u001b[${code}m${status}\u001b[0m`;
}
