"""What is wrong with templates: names that lead nowhere, keys that nobody reads, output that has changed."""

from sbc_tool.check import Check
from sbc_tool.templating.site_key_forgotten import SiteKeyForgotten
from sbc_tool.templating.snapshot_differs import SnapshotDiffers
from sbc_tool.templating.template_file_unused import TemplateFileUnused
from sbc_tool.templating.template_name_undefined import TemplateNameUndefined
from sbc_tool.templating.template_variable_unused import TemplateVariableUnused

OF_SET: tuple[Check, ...] = (TemplateNameUndefined(), TemplateVariableUnused(), TemplateFileUnused())
OF_SITE: tuple[Check, ...] = (SiteKeyForgotten(), SnapshotDiffers())
ALL = OF_SET + OF_SITE
