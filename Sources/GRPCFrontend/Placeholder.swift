// GRPCFrontend
