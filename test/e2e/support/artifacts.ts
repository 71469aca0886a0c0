import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Dindctl, Outcome } from './dindctl.ts';
import { execute, repository } from './dindctl.ts';

/** Writes what tells why a scenario failed to artifacts/e2e/<device>/<scenario>. */
export async function keepArtifacts(dindctl: Dindctl, scenario: string): Promise<void> {
	const folder = join(repository, 'artifacts/e2e', dindctl.name, toFileName(scenario));
	mkdirSync(folder, { recursive: true });
	const device = `${dindctl.name}-device`;
	const looks: Record<string, Promise<Outcome>> = {
		'status.json': dindctl.call('status', '--json'),
		'journal.log': dindctl.call('logs', '-n', '2000'),
		'device-ps.txt': execute('docker', ['exec', device, 'docker', 'ps', '--all', '--no-trunc']),
		'host-ps.txt': execute('docker', ['ps', '--all']),
		'cloud.log': execute('docker', ['logs', '--tail', '500', `${dindctl.name}-cloud`]),
	};
	for (const [file, look] of Object.entries(looks)) {
		const { stdout, stderr } = await look;
		writeFileSync(join(folder, file), `${stdout}${stderr}`);
	}
}

function toFileName(scenario: string): string {
	return scenario.replaceAll(/[^a-z0-9]+/gi, '-').slice(0, 80);
}
