import type { BenchSupervisor } from './bench-supervisor.ts';
import { wholeLog } from './target-server.ts';

/** Puts an app of so many idle services on a device in local mode. @throws {Error} unless it is accepted */
export async function pushServices(
	{ apiUrl, apiKey }: Pick<BenchSupervisor, 'apiUrl' | 'apiKey'>,
	{ services, image }: { readonly services: number; readonly image: string },
): Promise<void> {
	const url = `${apiUrl}/v2/local/target-state?apikey=${apiKey}`;
	const entries = Array.from({ length: services }, (_unused, index): [string, object] => {
		const id = index + 1;
		const ids = { imageId: id, serviceId: id, serviceName: `s${index}` };
		const command = ['sleep', 'infinity'];
		const rest = { command, restart: 'always', stop_signal: 'SIGKILL', running: true, ...wholeLog };
		return [`${id}`, { ...ids, image, environment: {}, labels: {}, ...rest }];
	});
	const app = { name: 'bench', commit: 'ab'.repeat(16), releaseId: '1', volumes: {}, networks: {} };
	const apps = { 1: { ...app, services: Object.fromEntries(entries) as object } };
	const body = JSON.stringify({ local: { name: 'bench', config: {}, apps } });
	const headers = { 'content-type': 'application/json' };
	const answer = await fetch(url, { method: 'POST', headers, body });
	if (!answer.ok)
		throw new Error(`POST /v2/local/target-state: ${answer.status} ${await answer.text()}`);
}
