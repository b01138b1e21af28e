"""How tests start souk under mpirun, and why they cannot."""

import shutil
import subprocess

from _cli import SOUK

# Root may run it, more ranks than cores are fine, and no rank is bound to one core.
MPI_ENVIRONMENT = {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
                   "OMPI_MCA_rmaps_base_oversubscribe": "1", "OMPI_MCA_hwloc_base_binding_policy": "none"}


def built_with_mpi():
    return bool(SOUK) and "MPI" in subprocess.run([SOUK, "--version"], capture_output=True, text=True).stdout


def why_no_mpi():
    """Empty when there is MPI."""
    if not built_with_mpi():
        return "this souk is built without MPI (-DSOUK_MPI=ON; ./dev mpi)"
    return "" if shutil.which("mpirun") else "there is no mpirun"


def mpirun(ranks, command):
    return ["mpirun", "-n", str(ranks), *map(str, command)]
