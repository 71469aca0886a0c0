import type { EngineCall } from '../../support/engine-proxy.ts';
import { eventually } from '../../support/eventually.ts';
import type { Stage } from '../../support/stage.ts';
import type { SeenServices } from '../../support/until.ts';
import type { DeviceDisk } from './device-disk.ts';
import type { KillAtCall, KillOnDisk, StepKill } from './step-kills.ts';

export interface KillScene {
	readonly stage: Stage;
	readonly disk: DeviceDisk;
	/** Services as they were before. */
	readonly before: SeenServices;
}

/** Kills the supervisor at this moment. Resolves once it is dead; rejects when the moment does not come, or the proof fails. */
export async function untilKilled(kill: StepKill, scene: KillScene): Promise<void> {
	if ('isTime' in kill) await killOnDisk(kill, scene);
	else await killAtCall(kill, scene);
}

async function killAtCall(kill: KillAtCall, { stage, disk, before }: KillScene): Promise<void> {
	const { child } = stage.supervisor();
	const found = { isProven: true };
	const strike = (): 'drop' => {
		child.kill('SIGKILL');
		return 'drop';
	};
	const isTime = (call: EngineCall): boolean => child.killed || kill.isCall(call, before);
	const onCall = async (call: EngineCall): Promise<'pass' | 'drop'> => {
		if (!isTime(call)) return 'pass';
		if (!child.killed) found.isProven = (await kill.proof?.(disk)) ?? true;
		return strike();
	};
	const onAnswer = (call: EngineCall): 'pass' | 'drop' => (isTime(call) ? strike() : 'pass');
	stage.proxy.setHooks(kill.when === 'before' ? { onCall } : { onAnswer });
	await untilDead(stage);
	stage.proxy.setHooks({});
	if (!found.isProven) throw new Error(`killed ${kill.name}, but the disk does not show it`);
}

async function killOnDisk({ isTime }: KillOnDisk, { stage, disk }: KillScene): Promise<void> {
	const { child } = stage.supervisor();
	await eventually('the disk as the moment wants it', () => isTime(disk) || undefined, {
		everyMs: 0,
	});
	child.kill('SIGKILL');
	await untilDead(stage);
}

async function untilDead(stage: Stage): Promise<void> {
	const { child } = stage.supervisor();
	await eventually('the supervisor killed', () => child.signalCode ?? undefined, { everyMs: 20 });
}
