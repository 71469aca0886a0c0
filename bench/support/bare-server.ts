import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually } from '../../test/support/eventually.ts';
import { repository } from '../../test/integration/support/host.ts';
import type { BenchDevice } from './bench-device.ts';

/** A server that does nothing but answer: the floor of the local API. */
export interface BareServer {
	/** @returns where it answers so many bytes */
	urlOf(bodyBytes: number): string;
	remove(): Promise<void>;
}

const name = 'bench_bare';
const port = 48_490;

/** Answers JSON text of the size that the path names. */
const program = `
const texts = new Map();
const textOf = (size) => texts.get(size) ?? (texts.set(size, 'x'.repeat(size)), texts.get(size));
require('node:http').createServer((request, response) => {
	response.setHeader('Content-Type', 'application/json; charset=utf-8');
	response.end(textOf(Number(request.url.slice(1))));
}).listen(${port});
`;

/** Runs Node's own HTTP server in the supervisor's image, with the flags the supervisor runs with. */
export async function startBareServer(device: BenchDevice): Promise<BareServer> {
	const { supervisorImage, ip } = device;
	const run = ['run', '--detach', '--name', name, '--network', 'host', '--entrypoint', 'node'];
	await device.docker(...run, supervisorImage, ...(await nodeFlags()), '-e', program);
	const urlOf = (bodyBytes: number): string => `http://${ip}:${port}/${bodyBytes}`;
	await eventually('the bare server', async () => ((await fetch(urlOf(1))).ok ? true : undefined));
	return { urlOf, remove: () => device.docker('rm', '--force', name).then(() => undefined) };
}

async function nodeFlags(): Promise<string[]> {
	const entry = await readFile(join(repository, 'entry.sh'), 'utf8');
	const command = entry.slice(entry.indexOf('exec node')).replaceAll('\\\n', ' ');
	return command.split(/\s+/).filter((word) => word.startsWith('--'));
}
