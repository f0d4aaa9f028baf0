// tieline: the hub and its command line.

#include "app/cli.h"

int main(int argc, char** argv) { return tieline::app::run({argv + 1, argv + argc}); }
