import type { PortOptions } from '../cli/port-options.ts';
import type { DindNames } from '../commands/names.ts';
import { CHECKS } from '../doctor/checks.ts';
import { renderReport, toReport } from '../doctor/report.ts';
import { runChecks } from '../doctor/run-checks.ts';
import type { Tools } from './tools.ts';

export interface DoctorOptions {
	readonly ports: PortOptions;
	readonly json: boolean;
}

/** Prints what is wrong with this computer, its engine and the device, and what to do. Resolves to 1 if there is a problem. */
export async function doctor(
	{ shell, root, print, color }: Tools,
	names: DindNames,
	{ ports, json }: DoctorOptions,
): Promise<number> {
	const report = toReport(names.name, await runChecks(CHECKS, { shell, root, names, ports }));
	print(json ? `${JSON.stringify(report, null, 2)}\n` : renderReport(report, { color }));
	return report.problems === 0 ? 0 : 1;
}
