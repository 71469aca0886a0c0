import type { Schemas } from '../../client/client.ts';

type Status = Schemas['Status'];
type Service = Schemas['ServiceStatus'];

/** What the device says of itself, as text for people, ending in a newline. */
export function renderV3Status({ device, loop, apps }: Status): string {
	const head = [
		['Device', `${device.name} (${device.uuid.slice(0, 7)})`],
		['State', loop.reason === '' ? loop.state : `${loop.state}: ${loop.reason}`],
		['Cloud', cloudText(device)],
	].map(([label = '', value = '']) => `${label.padEnd(8)}${value}`);
	const rows = apps.flatMap((app) => app.services.map((service) => rowOf(app.name, service)));
	const table = rows.length === 0 ? ['No services.'] : aligned([titles, ...rows]);
	return `${[...head, '', ...table].join('\n')}\n`;
}

/** One line of what is going on: for logs of builds and the like. */
export function summarizeV3({ loop, apps }: Status): string {
	const services = apps.flatMap((app) => app.services).filter(({ isTarget }) => isTarget);
	const words = services.map((service) =>
		[service.serviceName, service.status, percentText(service.downloadPercent)]
			.filter((word) => word !== '')
			.join(' '),
	);
	return [loop.state, ...words].join(', ');
}

const titles = ['APP', 'SERVICE', 'STATUS', 'HEALTH', 'MEMORY', 'CPU', 'WHY'];

function rowOf(appName: string, service: Service): string[] {
	const { explanation, lastChange, memoryBytes, cpuPercent, downloadPercent } = service;
	return [
		appName,
		service.serviceName,
		`${service.status} ${percentText(downloadPercent)}`.trim(),
		service.health ?? '–',
		memoryBytes === undefined ? '–' : `${(memoryBytes / 1e6).toFixed(1)} MB`,
		cpuPercent === undefined ? '–' : `${cpuPercent.toFixed(1)} %`,
		[explanation?.text, lastChange?.text].filter((text) => text !== undefined).join('; '),
	];
}

function percentText(percent: number | undefined): string {
	return percent === undefined ? '' : `${Math.round(percent)} %`;
}

function cloudText({ cloud }: Status['device']): string {
	if (cloud === undefined) return 'none';
	const error = cloud.lastError === undefined ? '' : ` (${cloud.lastError})`;
	return `${cloud.endpoint}, ${cloud.state}${error}`;
}

function aligned(table: readonly (readonly string[])[]): string[] {
	const widths = titles.map((_, column) =>
		Math.max(...table.map((row) => (row[column] ?? '').length)),
	);
	return table.map((row) =>
		row
			.map((cell, column) => cell.padEnd(widths[column] ?? 0))
			.join('  ')
			.trimEnd(),
	);
}
