import { unreachable } from '../kit/unreachable.ts';
import type { Step } from '../model/plan.ts';
import type { StepContext } from './step-context.ts';
import { changeBootConfig } from './steps/change-boot-config.ts';
import { clearHandover } from './steps/clear-handover.ts';
import { connectNetwork } from './steps/connect-network.ts';
import { createContainer } from './steps/create-container.ts';
import { createNetwork } from './steps/create-network.ts';
import { createVolume } from './steps/create-volume.ts';
import { pullImage } from './steps/pull-image.ts';
import { recordCommit } from './steps/record-commit.ts';
import { releaseLocks } from './steps/release-locks.ts';
import { removeContainer } from './steps/remove-container.ts';
import { removeImage } from './steps/remove-image.ts';
import { removeNetwork } from './steps/remove-network.ts';
import { removeVolume } from './steps/remove-volume.ts';
import { renameContainer } from './steps/rename-container.ts';
import { requireReboot } from './steps/require-reboot.ts';
import { restartContainer } from './steps/restart-container.ts';
import { startContainer } from './steps/start-container.ts';
import { stopContainer } from './steps/stop-container.ts';
import { takeLocks } from './steps/take-locks.ts';
import { updateRestartPolicy } from './steps/update-restart-policy.ts';
import { waitHandover } from './steps/wait-handover.ts';

/** Does one step; "already so" is success. Rejects with the failure. */
export function runStep(step: Step, context: StepContext): Promise<void> {
	switch (step.kind) {
		case 'pullImage':
			return pullImage(step, context);
		case 'removeImage':
			return removeImage(step, context);
		case 'createNetwork':
			return createNetwork(step, context);
		case 'removeNetwork':
			return removeNetwork(step, context);
		case 'createVolume':
			return createVolume(step, context);
		case 'removeVolume':
			return removeVolume(step, context);
		case 'createContainer':
			return createContainer(step, context);
		case 'connectNetwork':
			return connectNetwork(step, context);
		case 'startContainer':
			return startContainer(step, context);
		case 'stopContainer':
			return stopContainer(step, context);
		case 'removeContainer':
			return removeContainer(step, context);
		case 'renameContainer':
			return renameContainer(step, context);
		case 'restartContainer':
			return restartContainer(step, context);
		case 'updateRestartPolicy':
			return updateRestartPolicy(step, context);
		case 'clearHandover':
			return clearHandover(step, context);
		case 'waitHandover':
			return waitHandover(step, context);
		case 'takeLocks':
			return takeLocks(step, context);
		case 'releaseLocks':
			return releaseLocks(step, context);
		case 'recordCommit':
			return recordCommit(step, context);
		case 'requireReboot':
			return requireReboot(step, context);
		case 'changeBootConfig':
			return changeBootConfig(step, context);
		default:
			return unreachable(step);
	}
}
