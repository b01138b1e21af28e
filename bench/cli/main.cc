#include "bench/cli/app.h"

int main(int argc, char** argv) { return souk::RunSouk(argc, argv); }
