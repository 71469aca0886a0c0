import { readFile } from 'node:fs/promises';

/** A number of `/proc/<pid>/status`, as text. */
export async function statusField(pid: number, name: string): Promise<string> {
	const status = await readFile(`/proc/${pid}/status`, 'utf8');
	return new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 'NaN';
}

/** How long a process's first thread has waited for a processor while it had something to do, in milliseconds. */
export async function waitedMsOf(pid: number): Promise<number> {
	const schedstat = await readFile(`/proc/${pid}/schedstat`, 'utf8'); // ran, waited, in ns; times it ran
	return Number(schedstat.split(' ')[1]) / 1e6;
}

/** CPU time a process has used, in milliseconds. Clock ticks are a hundredth of a second on Linux. */
export async function cpuMsOf(pid: number): Promise<number> {
	const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
	const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
	return (Number(fields[11]) + Number(fields[12])) * 10;
}
