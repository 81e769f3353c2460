"""What must hold before the first change. A new check is a file, and a line here."""

from sbc_tool.check import Check
from sbc_tool.deploy.before.calls_in_progress import CallsInProgress
from sbc_tool.deploy.before.deploy_locked import DeployLocked
from sbc_tool.deploy.before.device_model_differs import DeviceModelDiffers
from sbc_tool.deploy.before.firmware_not_certified import FirmwareNotCertified
from sbc_tool.deploy.before.plan_outdated import PlanOutdated
from sbc_tool.deploy.before.running_config_moved import RunningConfigMoved
from sbc_tool.deploy.before.serial_differs import SerialDiffers
from sbc_tool.deploy.before.startup_differs import StartupDiffers

LOCK: Check = DeployLocked()
MOVED: Check = RunningConfigMoved()
DEVICE: tuple[Check, ...] = (
    DeviceModelDiffers(),
    FirmwareNotCertified(),
    SerialDiffers(),
    StartupDiffers(),
    CallsInProgress(),
    MOVED,
    PlanOutdated(),
)
ALL: tuple[Check, ...] = (LOCK, *DEVICE)
