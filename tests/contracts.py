"""Two kinds of import contract that import-linter lacks: all that a package may import, and all who may import it.

`forbidden` contracts list what must not be imported, so a module or library that is new slips through; here whatever
is not named is refused. Modules named may still be unwritten. The contracts themselves stand in `pyproject.toml`.
"""

import sys

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output

ROOTS = ("portal", "sync", "procedures")
STANDARD_LIBRARY = "standard library"


class OnlyContract(Contract):
    """The sources may import each other, `may_import`, and nothing else of `ROOTS`.

    With `libraries` the rule covers other packages too; the entry "standard library" stands for all of that.
    """

    type_name = "only"
    source_modules = fields.ListField(subfield=fields.StringField())
    may_import = fields.ListField(subfield=fields.StringField(), required=False)
    libraries = fields.ListField(subfield=fields.StringField(), required=False)

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Every direct import of the sources against the list."""
        output.verbose_print(verbose, f"Looking at what {', '.join(_texts(self.source_modules))} import…")
        refused = [
            (importer, imported)
            for importer in sorted(graph.modules)
            if _within(importer, _texts(self.source_modules))
            for imported in sorted(graph.find_modules_directly_imported_by(importer))
            if not self._allows(imported)
        ]
        return ContractCheck(kept=not refused, metadata={"refused": refused})

    def render_broken_contract(self, check: ContractCheck) -> None:
        _tell(check)

    def _allows(self, imported: str) -> bool:
        if _within(imported, [*_texts(self.source_modules), *_texts(self.may_import)]):
            return True
        if _within(imported, ROOTS):
            return False
        libraries = _texts(self.libraries)
        package = imported.partition(".")[0]
        standard = STANDARD_LIBRARY in libraries and package in sys.stdlib_module_names
        return not libraries or standard or package in libraries


class OnlyByContract(Contract):
    """`module` may be imported by itself and `importers`, by nobody else."""

    type_name = "only_by"
    module = fields.StringField()
    importers = fields.ListField(subfield=fields.StringField(), required=False)

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Every direct import of the module against the list."""
        output.verbose_print(verbose, f"Looking at who imports {self.module}…")
        refused = [
            (importer, imported)
            for imported in sorted(graph.modules)
            if _within(imported, [str(self.module)])
            for importer in sorted(graph.find_modules_that_directly_import(imported))
            if not _within(importer, [str(self.module), *_texts(self.importers)])
        ]
        return ContractCheck(kept=not refused, metadata={"refused": refused})

    def render_broken_contract(self, check: ContractCheck) -> None:
        _tell(check)


def _tell(check: ContractCheck) -> None:
    for importer, imported in check.metadata["refused"]:
        output.print_error(f"- {importer} may not import {imported}")


def _texts(listed: object) -> list[str]:
    """The list of a field: import-linter types the class's field, and the instance's value is a plain list."""
    return [str(text) for text in listed] if isinstance(listed, list) else []


def _within(module: str, packages: list[str] | tuple[str, ...]) -> bool:
    return any(module == package or module.startswith(f"{package}.") for package in packages)
