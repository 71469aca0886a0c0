import type { DindStatus } from './device-status.ts';
import { toTable } from './table.ts';

/** Several devices as a table for people, a line each, ending in a newline. */
export function renderGroup(statuses: readonly DindStatus[]): string {
	const rows = statuses.map((status) => [
		status.name,
		status.device.uuid?.slice(0, 7) ?? '–',
		status.state ?? status.containers.device,
		toServices(status),
		status.urls.page ?? '–',
		status.urls.api,
	]);
	const table = toTable([['NAME', 'UUID', 'STATE', 'SERVICES', 'PAGE', 'API'], ...rows]);
	const problems = statuses.flatMap(({ name, problem }) =>
		problem === null ? [] : [`Problem of ${name}: ${problem}`],
	);
	return `${[...table, ...(problems.length === 0 ? [] : ['', ...problems])].join('\n')}\n`;
}

function toServices({ apps }: DindStatus): string {
	const services = apps.flatMap((app) => app.services);
	if (services.length === 0) return 'none';
	const running = services.filter(({ status }) => status === 'Running').length;
	return `${running} of ${services.length} running`;
}
